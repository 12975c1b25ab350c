"""The OpenAPI document that the server serves, held by programs that are not ours: a validator of such documents, and a
validator of JSON Schema that checks real answers against it.

They come from PyPI, into a virtual environment that `.ci/openapi-validator` makes in `.build/openapi-validator`."""

import json
import os
import pathlib
import subprocess
import unittest

from harness import REPOSITORY, ServerCase

PYTHON = pathlib.Path(
    os.environ.get("GRAPNEL_OPENAPI_PYTHON") or REPOSITORY / ".build/openapi-validator/bin/python")

VALIDATE = """
import json, sys
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

given = json.load(sys.stdin)
document = given["document"]
validate(document, cls=OpenAPIV31SpecValidator)
for path, method, status, answer in given["answers"]:
    responses = document["paths"][path][method]["responses"]
    response = responses[str(status)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    schema = dict(response["content"]["application/json"]["schema"], components=document["components"])
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer)
    print("ok", method, path, status)
"""


class OpenAPI(ServerCase):
    hooks = {"hello": "#!/bin/sh\necho hello\necho there >&2\n"}

    def test_the_document_and_real_answers(self):
        if not PYTHON.exists():
            self.skipTest("NOT TESTED: no validator; .ci/openapi-validator makes it (it needs PyPI and python3-venv)")
        document = self.server.get("/api/v1/openapi.json").json()
        run = self.server.post("/api/v1/hooks/hello/runs", {}).json()["id"]
        answers = []
        for path, method, target, body in [
            ("/healthz", "get", "/healthz", None),
            ("/api/v1/version", "get", "/api/v1/version", None),
            ("/api/v1/instances", "get", "/api/v1/instances", None),
            ("/api/v1/hooks", "get", "/api/v1/hooks", None),
            ("/api/v1/hooks", "get", "/api/v1/hooks?limit=0", None),
            ("/api/v1/hooks/{name}", "get", "/api/v1/hooks/hello", None),
            ("/api/v1/hooks/{name}", "get", "/api/v1/hooks/nothing", None),
            ("/api/v1/hooks/{name}/runs", "post", "/api/v1/hooks/hello/runs", {"payload": {"a": 1}}),
            ("/api/v1/hooks/{name}/runs", "post", "/api/v1/hooks/hello/runs", {"async": True}),
            ("/api/v1/runs", "get", "/api/v1/runs", None),
            ("/api/v1/runs/{id}", "get", f"/api/v1/runs/{run}", None),
            ("/api/v1/runs/{id}/cancel", "post", f"/api/v1/runs/{run}/cancel", {}),
            ("/api/v1/logs", "get", "/api/v1/logs", None),
            ("/api/v1/keys", "post", "/api/v1/keys", {"name": "x", "role": "viewer", "expires_in": "1h"}),
            ("/api/v1/keys", "get", "/api/v1/keys", None),
        ]:
            answer = self.server.request(method.upper(), target, body)
            answers.append([path, method, answer.status, answer.json()])
        ended = subprocess.run(
            [str(PYTHON), "-c", VALIDATE], input=json.dumps({"document": document, "answers": answers}), text=True,
            capture_output=True, timeout=120)
        self.assertEqual(ended.returncode, 0, ended.stderr[-4000:])
        self.assertEqual(ended.stdout.count("ok "), len(answers))


if __name__ == "__main__":
    unittest.main()
