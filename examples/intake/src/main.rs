//! The intake as a program: its options, and where it listens.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;

use baquiano_intake::{Options, run};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut options = Options { port: 8025, dir: PathBuf::from("incidents"), ..Options::default() };
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--port" => options.port = value.parse()?,
            "--dir" => options.dir = value.into(),
            "--schema" => options.schema = Some(value.into()),
            "--token" => options.token = Some(value),
            "--limit" => options.limit = Some(value.parse()?),
            "--fail" => options.fail = Some(value.parse()?),
            "--drop" => options.drop = Some(value.parse()?),
            _ => return Err(format!("there is no option {name}: --port, --dir, --schema, --token, --limit, --fail, --drop").into()),
        }
    }
    let told = |address: &str| _ = writeln!(io::stdout(), "listening on {address}").and_then(|()| io::stdout().flush());
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(run(options, told))
}
