//! What may be written after `baquiano`. The help texts are in [`crate::texts::help`], by language; the names here are their keys.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::texts::Lang;

#[derive(Debug, Parser)]
#[command(name = "baquiano", version, disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
#[command(subcommand_required = true, arg_required_else_help = true, propagate_version = false)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    #[arg(long, global = true, value_name = "DIR|PACK")]
    pub(crate) kb: Option<PathBuf>,
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[arg(long, global = true, value_enum, default_value_t, value_name = "es|en", hide_default_value = true, hide_possible_values = true)]
    pub(crate) lang: Lang,
    #[arg(short = 'h', long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Search(Search),
    Article(ShowArticle),
    Diagnose(Box<Diagnose>),
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
    Incident(Incident),
    Serve(Serve),
    Relay(Relay),
    Eval(Eval),
    #[command(subcommand, subcommand_required = true, arg_required_else_help = true, disable_help_subcommand = true)]
    Kb(Kb),
    Completions(Completions),
    #[command(visible_alias = "licencias")]
    Licences,
}

/// The keys that a pack given by `--kb` must be signed with.
#[derive(Debug, Args)]
pub(crate) struct Trust {
    #[arg(long, value_name = "HEX", action = ArgAction::Append)]
    pub(crate) key: Vec<String>,
}

/// How an article is shown.
#[derive(Debug, Args)]
pub(crate) struct Reader {
    #[arg(long)]
    pub(crate) desk: bool,
    #[arg(long, value_name = "MARCA")]
    pub(crate) vendor: Option<String>,
    #[arg(long, value_name = "N")]
    pub(crate) android: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Search {
    #[arg(required_unless_present = "stdin", value_name = "PREGUNTA")]
    pub(crate) question: Vec<String>,
    #[arg(long, value_name = "ID")]
    pub(crate) app: Option<String>,
    #[arg(long, value_name = "ID")]
    pub(crate) service: Option<String>,
    #[arg(long)]
    pub(crate) only: bool,
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) level: Option<u8>,
    // The upper bound is chosen: far beyond what anyone reads.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1000), default_value_t = 10, hide_default_value = true)]
    pub(crate) limit: u16,
    #[arg(long, conflicts_with = "question")]
    pub(crate) stdin: bool,
    #[command(flatten)]
    pub(crate) reader: Reader,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArticle {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) reader: Reader,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct Diagnose {
    #[arg(value_name = "FLUJO")]
    pub(crate) flow: Option<String>,
    #[arg(long, value_name = "PREGUNTA", num_args = 1.., conflicts_with = "flow")]
    pub(crate) question: Vec<String>,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) facts: Option<PathBuf>,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) answers: Option<PathBuf>,
    #[arg(long)]
    pub(crate) assume_remedies_work: bool,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) resume: Option<PathBuf>,
    #[arg(long)]
    pub(crate) file: bool,
    #[command(flatten)]
    pub(crate) told: Told,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// Where the outbox is.
#[derive(Debug, Args)]
pub(crate) struct OutboxDir {
    #[arg(long, value_name = "DIR")]
    pub(crate) outbox: Option<PathBuf>,
}

/// What is said of an incident besides what is wrong.
#[derive(Debug, Args)]
pub(crate) struct Told {
    #[arg(long, value_name = "ID")]
    pub(crate) app: Option<String>,
    #[arg(long, value_name = "TEXTO", requires = "app")]
    pub(crate) app_version: Option<String>,
    #[arg(long, value_name = "ALIAS")]
    pub(crate) reporter: Option<String>,
    #[arg(long, value_name = "MEDIO:DATO")]
    pub(crate) contact: Option<String>,
    #[arg(long, value_name = "0801")]
    pub(crate) municipality: Option<String>,
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) impact: Option<u8>,
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u8).range(1..=3))]
    pub(crate) urgency: Option<u8>,
    #[arg(long, value_name = "ID")]
    pub(crate) parent: Option<String>,
    #[arg(long, value_name = "SISTEMA:NUMERO", action = ArgAction::Append)]
    pub(crate) reference: Vec<String>,
    #[arg(long, value_name = "ARCHIVO", action = ArgAction::Append)]
    pub(crate) attach: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Incident {
    New(Box<NewIncident>),
    List(ListIncidents),
    Show(ShowIncident),
    Status(StatusOf),
    Change(ChangeIncident),
    Export(ExportIncidents),
    Import(ImportIncidents),
    Send(SendIncidents),
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct NewIncident {
    #[arg(value_name = "TEXTO")]
    pub(crate) symptom: Vec<String>,
    #[arg(long, value_name = "ID", conflicts_with = "session")]
    pub(crate) service: Option<String>,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) session: Option<PathBuf>,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) facts: Option<PathBuf>,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) told: Told,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct ListIncidents {
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
}

/// How an incident is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rendering {
    Json,
    Md,
    Chat,
    Html,
}

#[derive(Debug, Args)]
pub(crate) struct ShowIncident {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long = "as", value_enum, value_name = "json|md|chat|html", default_value = "md", hide_possible_values = true)]
    pub(crate) rendering: Rendering,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct StatusOf {
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
}

/// The phases, as they are written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum To {
    Classified,
    Investigating,
    Resolved,
    Closed,
    FollowUp,
}

/// What ended an incident, as it is written on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Code {
    Fixed,
    Workaround,
    Explained,
    Granted,
    Duplicate,
    Withdrawn,
    NotFixed,
}

#[derive(Debug, Args)]
pub(crate) struct ChangeIncident {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_enum, value_name = "FASE")]
    pub(crate) to: Option<To>,
    #[arg(long, value_name = "TEXTO")]
    pub(crate) why: String,
    #[arg(long, value_name = "ALIAS", default_value = "mesa", hide_default_value = true)]
    pub(crate) by: String,
    #[arg(long, value_enum, value_name = "CODIGO")]
    pub(crate) code: Option<Code>,
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u8).range(1..=5))]
    pub(crate) score: Option<u8>,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
}

#[derive(Debug, Args)]
pub(crate) struct ExportIncidents {
    #[arg(value_name = "ID")]
    pub(crate) ids: Vec<String>,
    #[arg(long = "as", value_enum, value_name = "json|md|chat|html", default_value = "json", hide_possible_values = true)]
    pub(crate) rendering: Rendering,
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct ImportIncidents {
    #[arg(value_name = "ARCHIVO.json", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
}

#[derive(Debug, Args)]
pub(crate) struct SendIncidents {
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) token_file: Option<PathBuf>,
    #[arg(long, value_name = "SEGUNDOS", value_parser = clap::value_parser!(u64).range(..=86_400), default_value_t = 0, hide_default_value = true)]
    pub(crate) wait: u64,
    #[arg(long)]
    pub(crate) now: bool,
    #[arg(long)]
    pub(crate) again: bool,
    #[arg(long)]
    pub(crate) allow_plain: bool,
    #[command(flatten)]
    pub(crate) outbox: OutboxDir,
}

/// The console, and what its administrator does.
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct Serve {
    #[command(subcommand)]
    pub(crate) does: Option<ServeDoes>,
    #[arg(long, default_value_t = 8026, hide_default_value = true)]
    pub(crate) port: u16,
    #[arg(long, default_value = "127.0.0.1", hide_default_value = true, value_name = "IP")]
    pub(crate) address: IpAddr,
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Log::Text, hide_default_value = true, value_name = "text|json", hide_possible_values = true)]
    pub(crate) log: Log,
    #[arg(long, value_enum, value_name = "error|info|debug", hide_possible_values = true)]
    pub(crate) log_level: Option<LogLevel>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// How the log's lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    Text,
    Json,
}

/// What the log has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Info,
    Debug,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ServeDoes {
    Openapi,
    Token(NewToken),
    Tokens,
    Revoke(Revoke),
    Backup(Backup),
}

#[derive(Debug, Args)]
pub(crate) struct NewToken {
    #[arg(value_name = "NOMBRE")]
    pub(crate) name: String,
    #[arg(long)]
    pub(crate) desk: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    #[arg(value_name = "NOMBRE")]
    pub(crate) name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Backup {
    #[arg(value_name = "ARCHIVO")]
    pub(crate) file: PathBuf,
}

/// Handing incidents to another system.
#[derive(Debug, Args)]
pub(crate) struct Relay {
    #[arg(long, value_name = "SISTEMA", hide_possible_values = true)]
    pub(crate) to: System,
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) token_file: Option<PathBuf>,
    #[arg(long, value_name = "ARCHIVO.yaml")]
    pub(crate) mapping: Option<PathBuf>,
    #[arg(long, default_value_t = 15, hide_default_value = true, value_name = "SEGUNDOS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) every: u64,
    #[arg(long)]
    pub(crate) once: bool,
    #[arg(long)]
    pub(crate) allow_plain: bool,
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// A system that incidents are handed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum System {
    /// Request Tracker 5.
    Rt,
}

#[derive(Debug, Args)]
pub(crate) struct Eval {
    #[arg(value_name = "ARCHIVO.tsv")]
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "NOMBRE")]
    pub(crate) split: Option<String>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Kb {
    Check(Check),
    Build(Build),
    Keygen(Keygen),
    Sign(Sign),
    Verify(Verify),
    New(New),
    Simulate(Simulate),
    Graph(Graph),
    Learn(Learn),
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    #[arg(long)]
    pub(crate) todo: bool,
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    #[arg(short, long, value_name = "ARCHIVO")]
    pub(crate) output: PathBuf,
    #[arg(long, value_name = "N")]
    pub(crate) revision: Option<u32>,
}

#[derive(Debug, Args)]
pub(crate) struct Keygen {
    #[arg(short, long, value_name = "ARCHIVO")]
    pub(crate) output: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Sign {
    #[arg(value_name = "PACK")]
    pub(crate) pack: PathBuf,
    #[arg(long, value_name = "ARCHIVO")]
    pub(crate) key: PathBuf,
    #[arg(short, long, value_name = "ARCHIVO")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    #[arg(value_name = "PACK")]
    pub(crate) pack: PathBuf,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct New {
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[arg(long, value_name = "ID")]
    pub(crate) service: String,
    #[arg(long, value_name = "TEXTO")]
    pub(crate) title: String,
    #[arg(value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Learn {
    #[arg(value_name = "ARCHIVO.jsonl")]
    pub(crate) file: PathBuf,
    #[arg(long, value_name = "CASOS", default_value_t = 100.0)]
    pub(crate) weight: f32,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct Graph {
    #[arg(value_name = "FLUJO")]
    pub(crate) flow: Option<String>,
    #[arg(long, value_enum, value_name = "mermaid|svg", default_value = "mermaid", hide_possible_values = true)]
    pub(crate) format: Drawing,
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

/// How a flow is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Drawing {
    Mermaid,
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[arg(value_name = "FLUJO")]
    pub(crate) flow: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub(crate) runs: usize,
    #[arg(long, value_name = "0-1", default_value_t = 0.05)]
    pub(crate) errors: f32,
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    #[arg(long)]
    pub(crate) optimum: bool,
    #[command(flatten)]
    pub(crate) trust: Trust,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    #[arg(value_enum, value_name = "bash|zsh|fish", hide_possible_values = true)]
    pub(crate) shell: Shell,
}

/// The shells that completions are written for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Zsh,
    Fish,
}
