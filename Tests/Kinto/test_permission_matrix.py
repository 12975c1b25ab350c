"""Every route, by every kind of caller, with every permission at every place (sections 7.1 to 7.4).

`NEEDS` is the table of section 7.2, `OBJECTS` that of 7.3. From them follows what each caller must be answered: the
tests walk through all of it and know no single case by heart."""

import case

WRITERS = {"bucket": {"write"}, "group": {"write"}, "collection": {"write"}, "record": {"write"}}
READERS = {kind: {"read", "write"} for kind in WRITERS}


def need(**lists):
    return {(kind, permission) for kind, permissions in lists.items() for permission in permissions.split()}


# A need is met by any of these: a permission on an object of that kind, on the way from the bucket to the object.
NEEDS = {
    "bucket: read": need(bucket="write read collection:create group:create"),
    "bucket: write": need(bucket="write"),
    "collection: create": need(bucket="write collection:create"),
    "group: create": need(bucket="write group:create"),
    "group: read": need(bucket="write read", group="write read"),
    "group: write": need(bucket="write", group="write"),
    "group: read what is not there": need(bucket="write read"),
    "collection: read": need(bucket="write read", collection="write read record:create"),
    "collection: write": need(bucket="write", collection="write"),
    "collection: read what is not there": need(bucket="write read"),
    "groups: list": need(bucket="write read"),
    "collections: list": need(bucket="write read"),
    "records: list": need(bucket="write read", collection="write read"),
    "groups: delete": need(bucket="write"),
    "collections: delete": need(bucket="write"),
    "records: delete": need(bucket="write", collection="write"),
    "record: create": need(bucket="write", collection="write record:create"),
    "record: read": need(bucket="write read", collection="write read", record="write read"),
    "record: write": need(bucket="write", collection="write", record="write"),
    "record: read what is not there": need(bucket="write read", collection="write read"),
    "history: read": need(bucket="write read"),
    "history: delete": need(bucket="write"),
}

# Places where a permission may stand; a caller is given one of them at a time.
PLACES = [
    ("bucket", "read"), ("bucket", "write"), ("bucket", "collection:create"), ("bucket", "group:create"),
    ("group", "read"), ("group", "write"), ("collection", "read"), ("collection", "write"),
    ("collection", "record:create"), ("record", "read"), ("record", "write"), None,
]

# A method on an object or a list, the headers, what it needs, and the status when it may.
NONE_MATCH = {"If-None-Match": "*"}
OBJECTS = [
    ("GET", "{x}", {}, "{kind}: read", 200), ("HEAD", "{x}", {}, "{kind}: read", 200),
    ("PUT", "{x}", NONE_MATCH, "{kind}: create", 412), ("PUT", "{x}", {}, "{kind}: write", 200),
    ("PATCH", "{x}", {}, "{kind}: write", 200),
    ("GET", "{list}/none", {}, "{kind}: read what is not there", 404),
    ("PATCH", "{list}/none", {}, "{kind}: read what is not there", 404),
    ("DELETE", "{list}/none", {}, "{kind}: read what is not there", 404),
    ("PUT", "{list}/new", {}, "{kind}: create", 201), ("POST", "{list}", {}, "{kind}: create", 201),
    ("DELETE", "{x}", {}, "{kind}: write", 200),
]

class World:
    """A bucket with one object of each kind, and two records besides that nobody has rights on."""

    def __init__(self, test):
        self.test = test
        self.names()
        self.place = self.principal = None

    def names(self):
        """Takes names that nobody has used: rights that old names may have had are not what is tested here."""
        test = self.test
        self.bucket = "/buckets/" + test.target.unique("matrix")
        self.path = {
            "bucket": self.bucket, "group": self.bucket + "/groups/g", "collection": self.bucket + "/collections/c",
            "record": self.bucket + "/collections/c/records/r"}
        self.list = {
            "group": self.bucket + "/groups", "collection": self.bucket + "/collections",
            "record": self.bucket + "/collections/c/records"}

    def make(self, place, principal, members=()):
        """`principal` gets the permission at `place`; where it is the group of the callers, `members` are in it."""
        self.place, self.principal, self.members = place, principal, list(members)
        self.put("bucket", "group", "collection", "record", "group2", "collection2", "record2")

    def put(self, *kinds):
        """Makes these objects, or makes them as they were again."""
        requests = []
        for kind in kinds:
            lists = {"write": [self.test.alice.id]}
            if self.place is not None and self.place[0] == kind:
                lists.setdefault(self.place[1], []).append(self.principal)
            data = {"members": self.members} if kind == "group2" else {}
            path = self.path[kind.rstrip("2")] + kind[len(kind.rstrip("2")):]
            requests.append({"method": "PUT", "path": path, "body": {"data": data, "permissions": lists}})
        made = [response["status"] for response in self.test.alice.batch(requests).json["responses"]]
        if not set(made) <= {200, 201}:
            raise AssertionError(f"the world was not made: {made}")

    def mend(self, kind):
        """Makes an object as it was again, with what is below it."""
        if kind == "bucket":
            self.make(self.place, self.principal, self.members)
        elif kind == "collection":
            self.put("collection", "record", "record2")
        else:
            self.put(kind)

    def callers(self):
        """Each caller as (name, client, principal that the right is given to, members of the group, holds it)."""
        test = self.test
        crew = self.path["group"] + "2"
        yield "by name", test.bob, test.bob.id, [], True
        yield "by a group", test.bob, crew, [test.bob.id], True
        yield "by a group of all accounts", test.bob, crew, ["system.Authenticated"], True
        yield "as one of all accounts", test.bob, "system.Authenticated", [], True
        yield "as anybody", test.bob, "system.Everyone", [], True
        yield "anonymous, as anybody", test.nobody, "system.Everyone", [], True
        yield "anonymous, given to all accounts", test.nobody, "system.Authenticated", [], False
        yield "anonymous, given to a group of all accounts", test.nobody, crew, ["system.Authenticated"], False
        yield "given to another", test.bob, test.carol.id, [], False
        yield "given to a group of others", test.bob, crew, [test.carol.id], False
        yield "anonymous, given to another", test.nobody, test.carol.id, [], False


class Matrix(case.KintoCase):
    def setUp(self):
        super().setUp()
        self.world = World(self)
        self.addCleanup(self.alice.delete, self.world.bucket)

    def test_every_route(self):
        """Asks all that changes nothing first, then what changes one object, then what deletes lists and the bucket."""
        world = self.world
        for place in PLACES:
            for number in range(len(list(world.callers()))):
                world.names()
                name, client, principal, members, holds = list(world.callers())[number]
                if place is None and holds:
                    continue
                with self.subTest(place=place, caller=name):
                    world.make(place, principal, members)
                    held = place if holds else None
                    before = self.state()
                    self.lists(client, held)
                    self.shown_permissions(client, held)
                    self.posting_what_is_there(client, held)
                    self.refused(client, held)
                    self.assertEqual(before, self.state(), "what was refused, or reads, changed something")
                    for kind in ["record", "group", "collection"]:
                        self.allowed(kind, client, held)
                    self.history(client, held)
                    self.deleting_lists(client, held)
                    self.allowed("bucket", client, held)
                self.alice.delete(world.bucket)

    def check(self, client, answer, may, status):
        if may:
            self.assertStatus(answer, status)
        elif answer.method == "HEAD":
            self.assertStatus(answer, 401 if client is self.nobody else 403)
        else:
            self.assertDenied(answer, client)

    def routes(self, kind):
        return [route for route in OBJECTS if kind != "bucket" or "{list}" not in route[1] and not route[2]]

    def ask(self, kind, client, route):
        method, path, headers, _, _ = route
        path = path.format(x=self.world.path[kind], list=self.world.list.get(kind))
        return client.request(method, path, {"data": {}} if method[0] == "P" else None, headers=headers)

    def refused(self, client, held):
        for kind in self.world.path:
            for route in self.routes(kind):
                if held not in NEEDS[route[3].format(kind=kind)]:
                    self.check(client, self.ask(kind, client, route), False, None)

    def allowed(self, kind, client, held):
        for route in self.routes(kind):
            if held in NEEDS[route[3].format(kind=kind)]:
                answer = self.ask(kind, client, route)
                self.check(client, answer, True, route[4])
                if route[0] in ("PUT", "PATCH", "DELETE") and answer.status == 200:
                    self.world.mend(kind)
        if held in NEEDS.get(f"{kind}: create", ()):
            # What was made must not be in the way of what comes.
            self.alice.delete(f"{self.world.list[kind]}?exclude_id={kind[0]},{kind[0]}2")

    def state(self):
        """What a refused write must leave alone."""
        answers = self.alice.batch([{"path": path} for path in [self.world.bucket, *self.world.list.values()]])
        return [response["body"] for response in answers.json["responses"]]

    def lists(self, client, held):
        """Whoever may list sees all, else what is shared with him; who may make objects sees an empty list (7.4)."""
        world = self.world
        for kind, path in world.list.items():
            everything = {"r", "r2"} if kind == "record" else {kind[0], kind[0] + "2"}
            sharing = {"read", "write", "record:create"} if kind == "collection" else {"read", "write"}
            shared = held is not None and held[0] == kind and held[1] in sharing
            if held in NEEDS[f"{kind}s: list"]:
                expected = everything
            elif shared:
                expected = {kind[0]}
            else:
                expected = set() if held in NEEDS[f"{kind}: create"] else None
            got, headed = client.get(path), client.head(path)
            self.check(client, got, expected is not None, 200)
            self.check(client, headed, expected is not None, 200)
            if expected is not None:
                self.assertEqual(set(got.ids), expected, path)
                self.assertEqual(headed.headers["Total-Objects"], str(len(expected)))
                self.assertEqual(headed.headers["Total-Records"], str(len(expected)))
                self.assertEqual(got.etag, self.alice.get(path).etag, "the ETag is the whole list's")

    def deleting_lists(self, client, held):
        world = self.world
        for kind, path in world.list.items():
            everything = {"r", "r2"} if kind == "record" else {kind[0], kind[0] + "2"}
            if held in NEEDS[f"{kind}s: delete"]:
                expected = everything
            elif held == (kind, "write"):
                expected = {kind[0]}
            else:
                expected = set() if held in NEEDS[f"{kind}: create"] else None
            answer = client.delete(path)
            self.check(client, answer, expected is not None, 200)
            if expected is not None:
                self.assertEqual(set(answer.ids), expected, path)
                self.assertEqual(set(self.alice.get(path).ids), everything - expected)
            if expected and kind == "group":
                # With a group end the rights that were given to it.
                world.mend("bucket")
            elif expected:
                world.put(kind, kind + "2", *(["record", "record2"] if kind == "collection" else []))

    def posting_what_is_there(self, client, held):
        """POST with the id of an object that is there gives it to whoever may read it, and changes nothing."""
        for kind, path in self.world.list.items():
            may = held in NEEDS[f"{kind}: read"]
            answer = client.post(path, {"data": {"id": kind[0], "a": "changed"}})
            self.check(client, answer, may, 200)
            self.assertNotIn("a", self.alice.get(self.world.path[kind]).data)

    def history(self, client, held):
        path = self.world.bucket + "/history"
        # Entries carry the lists of what they are about; one who is in them sees those entries.
        if held is None:
            self.check(client, client.get(path), False, 200)
        if held in NEEDS["history: read"]:
            self.check(client, client.get(path), True, 200)
        self.check(client, client.delete(path), True, 200) if held in NEEDS["history: delete"] else None

    def shown_permissions(self, client, held):
        world = self.world
        for kind, path in world.path.items():
            if held in NEEDS[f"{kind}: read"]:
                shown = client.get(path).permissions
                if held == (kind, "write"):
                    self.assertIn(world.principal, shown["write"])
                    self.assertIn(self.alice.id, shown["write"])
                else:
                    self.assertEqual(shown, {}, path)


class Owners(case.KintoCase):
    """Whoever made the bucket may do all of it."""

    def test_every_route(self):
        world = World(self)
        for kind in world.path:
            for method, path, headers, _, status in OBJECTS:
                if kind == "bucket" and ("{list}" in path or headers):
                    continue
                world.make(None, None)
                body = {"data": {}} if method in ("PATCH", "PUT", "POST") else None
                path = path.format(x=world.path[kind], list=world.list.get(kind))
                self.assertStatus(self.alice.request(method, path, body, headers=headers), status)
        self.alice.delete(world.bucket)

    def test_what_another_made_in_it(self):
        bucket = self.bucket(permissions={"collection:create": [self.bob.id]})
        path = bucket + "/collections/bobs"
        self.assertStatus(self.bob.put(path, {"permissions": {"read": [self.carol.id]}}), 201)
        self.assertStatus(self.alice.put(path, {"data": {"a": 1}}), 200)
        self.assertStatus(self.alice.delete(path), 200)


class Buckets(case.KintoCase):
    """The list of buckets, and what is not there (7.3, 7.4)."""

    def test_who_may_make_them(self):
        self.assertDenied(self.nobody.put("/buckets/" + self.target.unique("bucket")), self.nobody)
        self.assertDenied(self.nobody.post("/buckets", {}), self.nobody)
        answer = self.assertStatus(self.bob.post("/buckets", {}), 201)
        self.assertStatus(self.bob.delete("/buckets/" + answer.data["id"]), 200)

    def test_everybody_sees_his_own_and_what_is_shared(self):
        dora = self.target.user("dora")
        self.assertDenied(self.nobody.get("/buckets"), self.nobody)
        self.assertEqual(self.assertStatus(dora.get("/buckets"), 200).data, [])
        for permission in ["read", "write", "collection:create", "group:create"]:
            shared = self.bucket(permissions={permission: [dora.id]}).removeprefix("/buckets/")
            self.assertEqual(dora.get("/buckets").ids, [shared], permission)
            self.assertEqual(dora.head("/buckets").headers["Total-Objects"], "1")
            self.alice.delete("/buckets/" + shared)
        self.bucket(permissions={"read": [self.bob.id]})
        self.assertEqual(dora.get("/buckets").data, [])

    def test_deleting_all_deletes_the_writable(self):
        dora = self.target.user("dora")
        read = self.bucket(permissions={"read": [dora.id]})
        written = self.bucket(permissions={"write": [dora.id]})
        own = "/buckets/" + self.target.unique("bucket")
        dora.put(own)
        answer = self.assertStatus(dora.delete("/buckets"), 200)
        self.assertEqual({f"/buckets/{id}" for id in answer.ids}, {written, own})
        self.assertStatus(self.alice.get(read), 200)
        self.assertDenied(self.alice.get(written))
        self.assertDenied(self.nobody.delete("/buckets"), self.nobody)

    def test_an_absent_bucket_is_forbidden(self):
        none = "/buckets/" + self.target.unique("none")
        for client in [self.alice, self.nobody]:
            for method in ["GET", "PATCH", "DELETE"]:
                self.assertDenied(client.request(method, none, {"data": {}} if method == "PATCH" else None), client)
            for path in ["/groups", "/collections", "/groups/g", "/collections/c", "/collections/c/records"]:
                self.assertDenied(client.get(none + path), client)
            self.assertDenied(client.put(none + "/groups/g"), client)
            self.assertDenied(client.post(none + "/collections", {}), client)
            self.assertDenied(client.delete(none + "/collections"), client)

    def test_an_absent_collection_is_not_found_by_its_owner(self):
        bucket = self.bucket()
        path = bucket + "/collections/none"
        self.assertMissing(self.alice.get(path), "collection", "none")
        for method, below in [
            ("PUT", "/records/r"), ("POST", "/records"), ("PATCH", "/records/r"), ("DELETE", "/records/r"),
            ("GET", "/records/r"), ("GET", "/records"), ("DELETE", "/records"),
        ]:
            with self.subTest(method, below=below):
                answer = self.alice.request(method, path + below, {"data": {}} if method[0] == "P" else None)
                self.assertError(answer, 404, 111)
                self.assertEqual(answer.json["details"], {"id": "none", "resource_name": "collection"})

    def test_an_absent_collection_and_strangers(self):
        path = self.bucket() + "/collections/none"
        for client in [self.bob, self.nobody]:
            self.assertDenied(client.get(path), client)
            self.assertDenied(client.get(path + "/records"), client)
            self.assertDenied(client.delete(path + "/records"), client)
            for method, below in [("PUT", "/records/r"), ("POST", "/records"), ("PATCH", "/records/r"), ("DELETE",
                "/records/r")]:
                answer = client.request(method, path + below, {"data": {}} if method[0] == "P" else None)
                if self.deviation("absent collections and strangers", kinto=True, grapnel=False):
                    self.assertError(answer, 404, 111)
                else:
                    self.assertDenied(answer, client)
