"""Fifty writers on one class, each of which writes only over what it has seen: no update is lost, and no answer lies."""

import json
import random
import threading
import unittest

from harness import ServerCase

WRITERS = 50
RECORDS = 4
ROUNDS = 12
LIST = "/v1/buckets/main/collections/shared/records"


class ManyWriters(ServerCase):
    options = {"config": "data: {history: true}\n"}

    def setUp(self):
        self.server.deployed("innocent")
        self.assertIn(self.server.request("PUT", "/v1/buckets/main/collections/shared", {}).status, (200, 201))

    def history(self):
        entries, path = [], "/v1/buckets/main/history?resource_name=record&_sort=last_modified"
        answer = self.server.get(path)
        self.assertEqual(answer.status, 200, answer)
        for entry in answer.json()["data"]:
            entries.append((entry["record_id"], entry["action"], entry["target"]["data"]))
        self.assertNotIn("Next-Page", answer.headers)
        return entries

    def test_no_update_is_lost_and_no_answer_lies(self):
        made, wrote, refused, failures = [], [], [], []
        start = threading.Barrier(WRITERS)

        def write(writer):
            dice = random.Random(writer)
            connection = self.server.connect()
            try:
                start.wait()
                for name in range(RECORDS):
                    body = {"data": {"n": 0, "token": f"new-{writer}-{name}"}}
                    answer = self.server.request("PUT", f"{LIST}/{name}", body, {"If-None-Match": "*"},
                                                 connection=connection)
                    (made if answer.status == 201 else refused).append((answer, f"new-{writer}-{name}", name))
                for number in range(ROUNDS):
                    path = f"{LIST}/{dice.randrange(RECORDS)}"
                    seen = self.server.get(path, connection=connection)
                    data = seen.json()["data"]
                    assert seen.headers["ETag"] == f'"{data["last_modified"]}"', seen
                    token = f"{writer}-{number}"
                    body = {"data": {"n": data["n"] + 1, "token": token}}
                    answer = self.server.request(dice.choice(["PUT", "PATCH"]), path, body,
                                                 {"If-Match": seen.headers["ETag"]}, connection=connection)
                    (wrote if answer.status == 200 else refused).append((answer, token, data["id"]))
            except Exception as error:
                failures.append(repr(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=write, args=(each,)) for each in range(WRITERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(made) + len(wrote) + len(refused), WRITERS * (RECORDS + ROUNDS))
        self.assertEqual(sorted(name for _, _, name in made), list(range(RECORDS)), "each record was made by one")
        self.assertGreater(len(wrote), ROUNDS)
        self.assertGreater(len(refused), WRITERS, "they got into each other's way")
        history = self.history()
        self.assertEqual(len(history), len(made) + len(wrote), "each change that was made was answered so")
        by_token = {data["token"]: (name, data) for name, _, data in history}
        self.assertEqual(len(by_token), len(history))
        for answer, token, name in made + wrote:
            self.assertEqual(answer.json()["data"], by_token[token][1], "what was answered is what was stored")
            self.assertEqual(by_token[token][0], str(name))
            self.assertEqual(answer.headers["ETag"], f'"{by_token[token][1]["last_modified"]}"')
        states = {(name, data["last_modified"]): data for name, _, data in history}
        for answer, token, name in refused:
            self.assertEqual((answer.status, answer.json()["errno"]), (412, 114), answer)
            self.assertNotIn(token, by_token, "what was refused was not stored")
            existing = answer.json()["details"]["existing"]
            self.assertEqual(states[str(name), existing["last_modified"]], existing, "it was there once")
        for number in range(RECORDS):
            mine = [data for name, _, data in history if name == str(number)]
            self.assertEqual([data["n"] for data in mine], list(range(len(mine))), "no update is lost")
            moments = [data["last_modified"] for data in mine]
            self.assertEqual(moments, sorted(set(moments)))
            stored = self.server.get(f"{LIST}/{number}").json()["data"]
            self.assertEqual(stored, mine[-1])
        listed = {record["id"]: record for record in self.server.get(LIST).json()["data"]}
        self.assertEqual(len(listed), RECORDS)
        self.assertEqual(json.dumps(sorted(listed)), json.dumps([str(each) for each in range(RECORDS)]))


if __name__ == "__main__":
    unittest.main()
