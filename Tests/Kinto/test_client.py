"""The Python client of the protocol, unmodified, through all that it can do (sections 27 and 28)."""

import asyncio

import kinto_http
from kinto_http import BucketNotFound, Client, KintoException
from kinto_http.patch_type import JSONPatch, MergePatch

import case


class ClientCase(case.KintoCase):
    def setUp(self):
        super().setUp()
        self.dora = self.target.user("dora")
        self.client = self.new_client(self.dora)
        self.addCleanup(self.dora.delete, "/buckets")

    def new_client(self, user, **options):
        return Client(server_url=self.target.url, auth=(user.name, user.password), retry=0, **options)


class FirstSession(ClientCase):
    """The first description of a Kinto client, line by line, with the client of today."""

    def test_records_of_the_default_bucket(self):
        todo = self.new_client(self.dora, bucket="default", collection="todo")
        self.assertEqual(todo.get_records(), [])
        for number in range(3):
            todo.create_record(data={"title": f"Todo {number}"})
        records = todo.get_records()
        for number, record in enumerate(records):
            record["title"] = f"Todo #{number}"
        with todo.batch() as batch:
            for record in records:
                batch.update_record(data=record)
        self.assertEqual({record["title"] for record in todo.get_records()}, {"Todo #0", "Todo #1", "Todo #2"})

    def test_buckets(self):
        name = self.target.unique("payments")
        made = self.client.create_bucket(id=name)
        self.assertEqual(made["data"]["id"], name)
        self.assertEqual(self.client.get_bucket(id=name)["data"], made["data"])
        with self.assertRaises(KintoException) as caught:
            self.client.create_bucket(id=name)
        self.assertEqual(caught.exception.response.status_code, 412)
        again = self.client.create_bucket(id=name, if_not_exists=True)
        self.assertEqual(again["data"], made["data"])
        self.assertEqual([bucket["id"] for bucket in self.client.get_buckets()], [name])
        self.client.update_bucket(id=name, data={"a": 1, "last_modified": made["data"]["last_modified"]})
        self.client.patch_bucket(id=name, data={"b": 2})
        self.assertEqual(self.client.get_bucket(id=name)["data"]["b"], 2)
        self.assertTrue(self.client.delete_bucket(id=name)["deleted"])
        with self.assertRaises(BucketNotFound):
            self.client.get_bucket(id=name)
        self.client.delete_bucket(id=name, if_exists=True)

    def test_collections(self):
        client = self.new_client(self.dora, bucket=self.target.unique("bucket"))
        client.create_bucket()
        made = client.create_collection(id="receipts", data={"a": 1})
        self.assertEqual(client.get_collection(id="receipts")["data"], made["data"])
        self.assertEqual([item["id"] for item in client.get_collections()], ["receipts"])
        client.update_collection(id="receipts", data={"b": 1})
        client.patch_collection(id="receipts", data={"c": 1})
        self.assertEqual(set(client.get_collection(id="receipts")["data"]), {"id", "last_modified", "b", "c"})
        client.create_collection(id="receipts", if_not_exists=True)
        client.delete_collection(id="receipts")
        client.create_collection(id="one")
        client.create_collection(id="two")
        self.assertEqual(len(client.delete_collections()), 2)
        self.assertEqual(client.get_collections(), [])

    def test_records(self):
        client = self.new_client(self.dora, bucket=self.target.unique("bucket"), collection="things")
        client.create_bucket()
        client.create_collection()
        empty = client.create_record(data={})["data"]
        named = client.create_record(data={"id": "XXX", "status": "done", "title": "Todo #1"})["data"]
        self.assertEqual(named["id"], "XXX")
        self.assertEqual({record["id"] for record in client.get_records()}, {empty["id"], "XXX"})
        self.assertEqual(client.get_record(id="XXX")["data"], named)
        named["status"] = "open"
        saved = client.update_record(data=named)["data"]
        with self.assertRaises(KintoException) as caught:
            client.update_record(data=named)
        self.assertEqual(caught.exception.response.status_code, 412)
        patched = client.patch_record(data={"id": "XXX", "more": [1]}, if_match=saved["last_modified"])["data"]
        self.assertEqual((patched["status"], patched["more"]), ("open", [1]))
        client.delete_record(id=empty["id"])
        with self.assertRaises(KintoException) as caught:
            client.get_record(id=empty["id"])
        self.assertEqual(caught.exception.response.status_code, 404)
        with client.batch() as batch:
            batch.create_record(id="a", data={})
            batch.create_record(id="b", data={})
            batch.delete_record(id="XXX")
        self.assertEqual({record["id"] for record in client.get_records()}, {"a", "b"})
        self.assertEqual(len(client.delete_records()), 2)

    def test_permissions(self):
        client = self.new_client(self.dora, bucket=self.target.unique("bucket"), collection="things")
        client.create_bucket()
        client.create_collection()
        group = client.create_group(id="groupid", data={"members": [self.bob.id]})["data"]["id"]
        principal = f"/buckets/{client.bucket_name}/groups/{group}"
        record = client.create_record(data={}, permissions={"read": [principal]})
        self.assertEqual(record["permissions"]["read"], [principal])
        friend = self.new_client(self.bob, bucket=client.bucket_name, collection="things")
        self.assertEqual(friend.get_record(id=record["data"]["id"])["data"], record["data"])
        friends = [self.bob.id, self.carol.id]
        client.patch_bucket(changes=JSONPatch(
            [{"op": "add", "path": f"/permissions/write/{friend}", "value": friend} for friend in friends]))
        self.assertLessEqual(set(friends), set(client.get_bucket()["permissions"]["write"]))
        client.update_bucket(data={}, permissions={"collection:create": friends})
        self.assertEqual(set(client.get_bucket()["permissions"]), {"write", "collection:create"})
        friend.create_collection(id="bobs")
        self.assertIn("uri", client.get_permissions()[0])

    def test_groups(self):
        client = self.new_client(self.dora, bucket=self.target.unique("bucket"))
        client.create_bucket()
        client.create_group(id="moderators", data={"members": ["list", "of", "users"]})
        members = client.get_group(id="moderators")["data"]["members"] + ["niko"]
        client.update_group(id="moderators", data={"members": members})
        client.patch_group(id="moderators", data={"members": [name for name in members if name != "of"]})
        self.assertEqual(client.get_group(id="moderators")["data"]["members"], ["list", "users", "niko"])
        client.patch_group(id="moderators", changes=JSONPatch([{"op": "remove", "path": "/data/members/0"}]))
        self.assertEqual(client.get_groups()[0]["members"], ["users", "niko"])
        client.update_group(id="moderators", data={"members": []})
        client.delete_group(id="moderators")
        client.create_group(id="more", data={"members": []})
        client.delete_groups()
        self.assertEqual(client.get_groups(), [])

    def test_a_session_of_batches(self):
        client = self.new_client(self.dora, bucket=self.target.unique("personal"))
        with client.batch() as batch:
            batch.create_bucket()
            for number in range(5):
                batch.create_collection(id=f"toto-{number}")
        self.assertEqual(len(client.get_collections()), 5)


class More(ClientCase):
    def setUp(self):
        super().setUp()
        self.things = self.new_client(self.dora, bucket=self.target.unique("bucket"), collection="things")
        self.things.create_bucket()
        self.things.create_collection()

    def test_server_info(self):
        info = self.client.server_info()
        self.assertEqual(info["user"]["id"], self.dora.id)
        self.assertEqual(info["http_api_version"], "1.23")

    def test_filters_and_pages(self):
        with self.things.batch() as batch:
            for number in range(60):
                batch.create_record(id=f"r{number}", data={"n": number, "even": number % 2 == 0})
        self.assertEqual(len(self.things.get_records(_limit=7)), 7)
        self.assertEqual(len(self.things.get_records()), 60)
        self.assertEqual([record["n"] for record in self.things.get_records(gt_n=50, even=True, _sort="n")], [52, 54,
            56, 58])
        self.assertEqual(len(self.things.get_records(in_id=["r1", "r2"])), 2)
        self.assertEqual(len(self.things.get_records(in_id="r1")), 1)
        self.assertEqual(len(self.things.get_records(exclude_id=["r1", "r2"])), 58)
        seen = [
            record["n"] for page in self.things.get_paginated_records(_sort="n", _limit=25) for record in page["data"]]
        self.assertEqual(seen, list(range(60)))

    def test_timestamps(self):
        stamp = self.things.get_records_timestamp()
        record = self.things.create_record(data={})["data"]
        fresh = self.new_client(self.dora, bucket=self.things.bucket_name, collection="things")
        self.assertEqual(fresh.get_records_timestamp(), str(record["last_modified"]))
        self.assertGreater(record["last_modified"], int(stamp))
        self.assertEqual(self.things.get_records(_since=record["last_modified"]), [])
        self.assertEqual(self.things.get_records(if_none_match=record["last_modified"]), [])
        self.things.delete_record(id=record["id"])
        changed, = self.things.get_records(_since=record["last_modified"])
        self.assertTrue(changed["deleted"])

    def test_kinds_of_patches(self):
        self.things.create_record(id="r", data={"a": 1, "b": {"c": 1, "d": 2}})
        self.things.patch_record(id="r", data={"a": 2})
        self.things.patch_record(id="r", changes=MergePatch({"b": {"c": None}}))
        self.things.patch_record(id="r", changes=JSONPatch([{"op": "add", "path": "/data/e", "value": [1]}]))
        found = self.things.get_record(id="r")["data"]
        self.assertEqual({key: found[key] for key in "abe"}, {"a": 2, "b": {"d": 2}, "e": [1]})
        self.things.patch_record(id="r", changes=MergePatch(permissions={"read": [self.bob.id]}))
        self.assertEqual(self.things.get_record(id="r")["permissions"]["read"], [self.bob.id])

    def test_names_become_ids(self):
        made = self.things.create_record(id="Some Thing?", data={})
        self.assertEqual(made["data"]["id"], "some-thing")

    def test_what_is_refused(self):
        stranger = self.new_client(self.bob, bucket=self.things.bucket_name, collection="things")
        for send in [lambda: stranger.get_records(), lambda: stranger.create_record(data={}),
                     lambda: stranger.delete_collection(id="things"), lambda: stranger.patch_bucket(data={"a": 1})]:
            with self.assertRaises(KintoException) as caught:
                send()
            self.assertEqual(caught.exception.response.status_code, 403)
        with self.assertRaises(KintoException):
            with stranger.batch() as batch:
                batch.create_record(data={})

    def test_concurrent_writers(self):
        self.things.create_record(id="r", data={"n": 1})
        one = self.things.get_record(id="r")["data"]
        two = dict(one)
        self.things.update_record(data=one | {"n": 2})
        with self.assertRaises(KintoException) as caught:
            self.things.update_record(data=two | {"n": 3})
        self.assertEqual(caught.exception.response.status_code, 412)
        self.things.update_record(data=two | {"n": 3}, safe=False)
        self.assertEqual(self.things.get_record(id="r")["data"]["n"], 3)

    def test_history(self):
        self.things.create_record(id="r", data={"n": 1})
        self.things.patch_record(id="r", data={"n": 2})
        found = self.things.get_history(bucket=self.things.bucket_name, resource_name="record", _sort="last_modified")
        self.assertEqual([entry["target"]["data"]["n"] for entry in found], [1, 2])
        self.things.purge_history(bucket=self.things.bucket_name)
        self.assertEqual(self.things.get_history(bucket=self.things.bucket_name), [])

    def test_the_asynchronous_client(self):
        client = kinto_http.AsyncClient(
            server_url=self.target.url, auth=(self.dora.name, self.dora.password), bucket=self.things.bucket_name,
                collection="things")

        async def session():
            await client.create_record(id="a", data={"n": 1})
            return await client.get_records()

        self.assertEqual([record["n"] for record in asyncio.run(session())], [1])
