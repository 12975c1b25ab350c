"""What the tests of the suite share."""

import unittest

import deviations
import target

# Nobody has deleted or made anything then.
LONG_AGO = 1_000_000_000_000


class KintoCase(unittest.TestCase):
    """A test with three callers who have accounts, and one who has not. What it makes is Alice's."""

    maxDiff = 4000
    deviations_seen = set()

    def setUp(self):
        self.target = target.Target.current
        self.nobody = self.target.anonymous
        self.alice, self.bob, self.carol = (self.target.user(name) for name in ("alice", "bob", "carol"))

    def bucket(self, **body):
        """Makes a bucket of Alice's; its path."""
        path = "/buckets/" + self.target.unique("bucket")
        self.assertStatus(self.alice.put(path, body or None), 201)
        self.addCleanup(self.alice.delete, path)
        return path

    def collection(self, bucket=None, name="things", **body):
        """Makes a collection of Alice's, in a new bucket where none is given; its path."""
        path = f"{bucket or self.bucket()}/collections/{name}"
        self.assertStatus(self.alice.put(path, body or None), 201)
        return path

    def records(self, *data, collection=None, **options):
        """Makes a list of records of Alice's, named r1, r2 … where their data does not name them; the list's path."""
        path = (collection or self.collection(**options)) + "/records"
        for number, item in enumerate(data, 1):
            self.record(path, item.get("id", f"r{number}"), data=item)
        return path

    def record(self, records, name="r1", **body):
        """Makes one record of Alice's; its path."""
        path = f"{records}/{name}"
        self.assertStatus(self.alice.put(path, body or None), 201)
        return path

    def kinds(self):
        """Makes one object of each kind; their paths by kind."""
        bucket = self.bucket(data={"kind": "bucket"})
        collection = self.collection(bucket, data={"kind": "collection"})
        group = bucket + "/groups/crew"
        self.assertStatus(self.alice.put(group, {"data": {"members": [], "kind": "group"}}), 201)
        record = self.record(collection + "/records", data={"kind": "record"})
        return {"bucket": bucket, "group": group, "collection": collection, "record": record}

    # What is expected

    def assertStatus(self, answer, *statuses):
        if answer.status not in statuses:
            self.fail(f"expected {' or '.join(map(str, statuses))}: {answer!r}")
        return answer

    def assertError(self, answer, status, errno, *, name=..., location=None, text=None):
        """`name` and `location` are those of the first detail; `text` occurs in its description or the message."""
        self.assertStatus(answer, status)
        self.assertEqual(answer.errno, errno, answer)
        error = answer.json
        detail = error.get("details", [{}])[0] if errno == 107 else {}
        if name is not ...:
            self.assertEqual(detail["name"], name, answer)
        if location is not None:
            self.assertEqual(detail["location"], location, answer)
        if text is not None:
            self.assertIn(text, f"{error.get('message')}\n{detail.get('description')}", answer)
        return answer

    def assertInvalid(self, answer, name=..., location=None, text=None):
        return self.assertError(answer, 400, 107, name=name, location=location, text=text)

    def assertDenied(self, answer, client=None):
        """401 for whoever has not said who he is, 403 for all others."""
        if client is self.nobody:
            self.assertError(answer, 401, 104, text="Please authenticate yourself")
            self.assertIn("Basic", answer.headers["WWW-Authenticate"])
        else:
            self.assertError(answer, 403, 121, text="This user cannot access this resource.")

    def assertMissing(self, answer, kind, id):
        """The object itself is not there."""
        self.assertError(answer, 404, 110)
        self.assertEqual(answer.json["details"], {"id": id, "resource_name": kind})

    def deviation(self, name, *, kinto, grapnel):
        """What is expected of the server under test, where ours is not as the real one on purpose."""
        if name not in deviations.DEVIATIONS:
            self.fail(f"{name} is not in the table of deviations")
        KintoCase.deviations_seen.add(name)
        return grapnel if self.target.is_grapnel else kinto
