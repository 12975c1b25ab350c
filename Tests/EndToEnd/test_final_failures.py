"""A hook says with its exit code that another attempt would be in vain, in whatever language it is written."""

import shutil
import unittest

from harness import ServerCase, eventually

RETRIED = "retries: {max: 2, backoff: 20ms, jitter: 0}\n"
#: by the runtime, the program that it needs, a file, and what is in it
LANGUAGES = {
    "bash": ("bash", "main.sh", "exit 65\n"),
    "python": ("python3", "main.py", "import sys\n\n\ndef handler(payload):\n    sys.exit(65)\n"),
    "node": ("node", "main.js", "exports.handler = () => { process.exit(65); };\n"),
    "perl": ("perl", "main.pl", "exit 65;\n"),
    "ruby": ("ruby", "main.rb", "exit 65\n"),
    "lua": ("lua", "main.lua", "os.exit(65)\n"),
    "php": ("php", "main.php", "<?php exit(65);\n"),
    "executable": ("sh", "main", "#!/bin/sh\nexit 65\n"),
}


class FinalFailures(ServerCase):
    hooks = {
        name: {"hook.yaml": f"runtime: {name}\nentry: {file}\n{RETRIED}", file: text}
        for name, (_, file, text) in LANGUAGES.items()
    } | {"again": {"hook.yaml": f"runtime: bash\nentry: main.sh\n{RETRIED}", "main.sh": "exit 66\n"}}

    def letter(self, hook):
        run = self.server.submit(hook)
        items = lambda: self.server.get(f"/api/v1/dead-letters?hook={hook}").json()["items"]
        return eventually(lambda: [each for each in items() if each["first_run"] == run], what="the dead letter")[0]

    def test_one_attempt_and_a_dead_letter(self):
        letters = {}
        for hook, (program, _, _) in LANGUAGES.items():
            if self.server.post(f"/main/{hook}", {}).problem["code"] == "unavailable":
                self.assertIsNone(shutil.which(program), hook)
                continue
            letters[hook] = self.letter(hook)
        self.assertGreaterEqual(set(letters), {"bash", "python", "executable"})
        for hook, letter in letters.items():
            with self.subTest(hook=hook):
                self.assertEqual((letter["attempts"], letter["status"]), (1, "failed"))
                self.assertEqual(self.server.trace(letter["id"])["exit_code"], 65)

    def test_other_codes_are_tried_again(self):
        self.assertEqual(self.letter("again")["attempts"], 3)


if __name__ == "__main__":
    unittest.main()
