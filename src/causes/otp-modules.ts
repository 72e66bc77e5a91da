/**
 * Modules that people call of applications of Erlang/OTP and Elixir that a release has only where it asks for them.
 * Those of libraries may begin alike (`ssl_verify_fun`, `mnesia_rocksdb`): only whole names are here.
 */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  asn1: ['asn1ct', 'asn1rt_nif'],
  common_test: ['ct', 'ct_run'],
  compiler: ['compile', 'cerl', 'core_pp', 'core_parse'],
  crypto: ['crypto'],
  debugger: ['debugger', 'int', 'i'],
  diameter: ['diameter'],
  eex: ['Elixir.EEx', 'Elixir.EEx.Engine', 'Elixir.EEx.SmartEngine', 'Elixir.EEx.Compiler'],
  eldap: ['eldap'],
  eunit: ['eunit'],
  ex_unit: ['Elixir.ExUnit', 'Elixir.ExUnit.Case', 'Elixir.ExUnit.Assertions', 'Elixir.ExUnit.Callbacks'],
  ftp: ['ftp'],
  iex: ['Elixir.IEx', 'Elixir.IEx.Helpers', 'Elixir.IEx.Config'],
  inets: ['httpc', 'httpd', 'httpd_util', 'inets', 'http_uri'],
  logger: ['Elixir.Logger', 'Elixir.Logger.Formatter'],
  megaco: ['megaco'],
  mnesia: ['mnesia'],
  observer: ['observer', 'etop', 'ttb', 'crashdump_viewer'],
  odbc: ['odbc'],
  os_mon: ['cpu_sup', 'disksup', 'memsup', 'os_sup', 'os_mon'],
  parsetools: ['leex', 'yecc'],
  public_key: ['public_key', 'pubkey_os_cacerts', 'pubkey_cert', 'pubkey_pem'],
  runtime_tools: ['dbg', 'dyntrace', 'instrument', 'msacc', 'observer_backend', 'scheduler', 'system_information'],
  sasl: ['alarm_handler', 'rb', 'release_handler', 'systools'],
  snmp: ['snmp', 'snmpa', 'snmpm'],
  ssh: ['ssh', 'ssh_client_key_api', 'ssh_connection', 'ssh_file', 'ssh_sftp', 'ssh_sftpd', 'ssh_daemon_channel'],
  ssl: ['ssl', 'ssl_cipher', 'ssl_session_cache_api'],
  syntax_tools: ['epp_dodger', 'erl_prettypr', 'erl_syntax', 'erl_syntax_lib', 'merl', 'merl_transform', 'prettypr'],
  tftp: ['tftp'],
  tools: ['cover', 'cprof', 'eprof', 'fprof', 'lcnt', 'make', 'tprof', 'xref'],
  wx: ['wx', 'wxFrame'],
  xmerl: [
    'xmerl',
    'xmerl_lib',
    'xmerl_sax_parser',
    'xmerl_scan',
    'xmerl_ucs',
    'xmerl_xml',
    'xmerl_xpath',
    'xmerl_xs',
    'xmerl_xsd',
  ],
};

/** The application of Erlang/OTP or Elixir that has a module, by the module's name in Erlang; undefined for others. */
export function applicationOf(module: string): string | undefined {
  return Object.keys(MODULES).find((application) => MODULES[application]?.includes(module));
}
