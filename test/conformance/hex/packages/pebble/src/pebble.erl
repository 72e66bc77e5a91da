-module(pebble).
-export([hello/0]).

hello() -> <<"hello from pebble">>.
