// The JavaScript peer: MiniSearch over one JSON file, as a web view would carry it.
//
//   build DOCS.jsonl INDEX SETTINGS      makes the index
//   serve INDEX SETTINGS                 one JSON question a line on stdin, one JSON answer a line on stdout: {hits, us}
//   once INDEX SETTINGS QUESTION         opens, answers, ends
//   memory INDEX SETTINGS QUESTIONS      opens, answers each question of a JSON list, prints VmRSS and RssAnon in kB
//   version
import { createReadStream, readFileSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [mode, index, settings, last] = process.argv.slice(2)

const fold = (term) => term.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase()

function options(MiniSearch, { stop = [], prefix, fuzzy, boost }) {
  const stopWords = new Set(stop)
  return {
    idField: 'id',
    fields: ['title', 'symptoms', 'keywords', 'body'],
    storeFields: ['title'],
    processTerm: fold,
    searchOptions: {
      boost,
      fuzzy,
      prefix: prefix === 'last' ? (_, at, terms) => at === terms.length - 1 : prefix,
      combineWith: 'OR',
      tokenize: (text) => {
        const all = MiniSearch.getDefault('tokenize')(text).filter(Boolean)
        const content = all.filter((word) => !stopWords.has(fold(word)))
        return content.length > 0 ? content : all
      },
    },
  }
}

async function open() {
  const { default: MiniSearch } = await import('minisearch')
  return MiniSearch.loadJSON(readFileSync(index, 'utf8'), options(MiniSearch, JSON.parse(readFileSync(settings, 'utf8'))))
}

const search = (engine, question) => engine.search(question).slice(0, 10).map(({ id, title }) => ({ id, title }))

function memory() {
  const status = readFileSync('/proc/self/status', 'utf8')
  const of = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))[1])
  console.log(`${of('VmRSS')} ${of('RssAnon')}`)
}

async function build(docs) {
  const { default: MiniSearch } = await import('minisearch')
  const engine = new MiniSearch(options(MiniSearch, JSON.parse(readFileSync(settings, 'utf8'))))
  for await (const line of createInterface({ input: createReadStream(docs) })) engine.add(JSON.parse(line))
  writeFileSync(index, JSON.stringify(engine))
}

async function serve() {
  const engine = await open()
  for await (const line of createInterface({ input: process.stdin })) {
    const question = JSON.parse(line)
    const start = process.hrtime.bigint()
    const hits = search(engine, question)
    const us = Number(process.hrtime.bigint() - start) / 1000
    process.stdout.write(JSON.stringify({ hits, us }) + '\n')
  }
}

switch (mode) {
  case 'build':
    await build(last)
    break
  case 'serve':
    await serve()
    break
  case 'once':
    search(await open(), last)
    break
  case 'memory': {
    const questions = JSON.parse(readFileSync(last, 'utf8'))
    const engine = await open()
    for (const question of questions) search(engine, question)
    memory()
    break
  }
  case 'nothing-once':
    break
  case 'nothing-memory':
    memory()
    break
  case 'version': {
    const { version } = JSON.parse(readFileSync(new URL('node_modules/minisearch/package.json', import.meta.url), 'utf8'))
    console.log(`MiniSearch ${version} (Node ${process.versions.node})`)
    break
  }
}
