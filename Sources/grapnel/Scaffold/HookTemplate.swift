import Model

/// The files of a new hook, which work as they are: it greets, with a parameter that has a default.
struct HookTemplate {
  struct File: Hashable {
    var path: String
    var content: String
    var isExecutable = false
  }

  /// The runtimes that have a template.
  static let runtimes = ["bash", "executable", "lua", "node", "perl", "php", "python", "ruby", "swift"]

  let files: [File]

  /// - Throws: `Problem` with code `invalid` when there is no template for `runtime`.
  init(runtime: String, name: String) throws {
    let entry: File
    switch runtime {
    case "bash":
      entry = File(
        path: "main.sh",
        content: """
          # What is printed is the answer. Standard error is the log.
          # Each declared parameter is here as PARAM_NAME, the whole payload as HOOK_PAYLOAD.
          echo "greeting $PARAM_NAME" >&2
          echo "Hello, $PARAM_NAME!"

          """)
    case "executable":
      entry = File(
        path: "main",
        content: """
          #!/bin/sh
          # Any program that Linux can start can stand here; this one is a script.
          # What is printed is the answer. Standard error is the log.
          echo "greeting $PARAM_NAME" >&2
          echo "Hello, $PARAM_NAME!"

          """, isExecutable: true)
    case "lua":
      entry = File(
        path: "main.lua",
        content: #"""
          -- What the handler returns is the answer: a string as text, a table as JSON. Standard error is the log.
          function handler(payload)
            io.stderr:write("greeting ", payload.name, "\n")
            return { greeting = "Hello, " .. payload.name .. "!" }
          end

          """#)
    case "node":
      entry = File(
        path: "main.mjs",
        content: """
          // What the handler returns is the answer: a string as text, other values as JSON. console.error is the log.
          export async function handler(payload) {
            console.error(`greeting ${payload.name}`);
            return { greeting: `Hello, ${payload.name}!` };
          }

          """)
    case "perl":
      entry = File(
        path: "main.pl",
        content: #"""
          use strict;
          use warnings;

          # What the handler returns is the answer: a string as text, a reference as JSON. Standard error is the log.
          sub handler {
              my ($payload) = @_;
              print STDERR "greeting $payload->{name}\n";
              return { greeting => "Hello, $payload->{name}!" };
          }

          """#)
    case "php":
      entry = File(
        path: "main.php",
        content: #"""
          <?php

          // What the handler returns is the answer: a string as text, other values as JSON. Standard error is the log.
          function handler(array $payload): array
          {
              fwrite(STDERR, "greeting {$payload['name']}\n");
              return ['greeting' => "Hello, {$payload['name']}!"];
          }

          """#)
    case "python":
      entry = File(
        path: "main.py",
        content: """
          import sys


          def handler(payload):
              \"""What it returns is the answer: a string as text, other values as JSON. Standard error is the log.\"""
              print(f"greeting {payload['name']}", file=sys.stderr)
              return {"greeting": f"Hello, {payload['name']}!"}

          """)
    case "ruby":
      entry = File(
        path: "main.rb",
        content: """
          # What the handler returns is the answer: a string as text, other values as JSON. Standard error is the log.
          def handler(payload)
            warn "greeting #{payload['name']}"
            { greeting: "Hello, #{payload['name']}!" }
          end

          """)
    case "swift":
      entry = File(
        path: "main.swift",
        content: #"""
          import Grapnel

          // What the handler returns is the answer: a String as text, a JSON as JSON. The log is the hook's log.
          func handler(_ payload: JSON, _ hook: Hook) -> JSON {
            hook.log.info("greeting \(payload.name)")
            return ["greeting": "Hello, \(payload.name)!"]
          }

          """#)
    default:
      throw Problem(
        .invalid, "there is no template for the runtime \(runtime)", field: "--runtime",
        rule: "one of " + Self.runtimes.joined(separator: ", "))
    }
    files = [File(path: "hook.yaml", content: Self.manifest(runtime: runtime, entry: entry.path)), entry]
  }

  private static func manifest(runtime: String, entry: String) -> String {
    """
    runtime: \(runtime)
    entry: \(entry)
    description: Greets a person
    endpoint:
      public: false # true lets callers in without a key
      methods: [GET, POST]
    parameters: # a JSON Schema; a payload that breaks it is refused before anything starts
      properties:
        name: {type: string, default: world, maxLength: 80}
    limits:
      timeout: 30s
      memory: 256MiB

    """
  }
}
