"""Where Grapnel is not as Kinto 26.5 on purpose, each with its reason.

A test that looks at one of them asserts what either server does (`KintoCase.deviation`); one that no test looks at
fails the suite."""

DEVIATIONS = {
    "paths outside /v1":
        "Kinto sends every path without a version to the same path under /v1. Here they are the addresses of hooks.",
    "groups of a deleted bucket":
        "Kinto leaves the members of a deleted bucket's groups in them: whoever makes a bucket and a group of the same "
        "names later gives them rights. Here the rights of a group end with it, and it ends with its bucket.",
    "rights of a deleted group":
        "Kinto leaves a deleted group in access lists: a new group of that name has its rights. Here they end with it.",
    "absent collections and strangers":
        "Kinto answers 404 to every write of a record below a collection that is not there, and so tells strangers "
        "which ones are there. Here they get 401 or 403 as everywhere else.",
    "line breaks in ids":
        "Kinto takes an id that ends in a line break, which its own pattern is not meant to.",
    "__permissions__ in data":
        "Kinto takes a member of that name in the data of a PUT for access lists. Here it is data.",
    "deleting at a time that is none":
        "Kinto fails on DELETE ?last_modified=abc with 500. Here it is 400.",
    "Response-Behavior with history":
        "Kinto fails with 500 on light and diff where history is kept, and keeps the change.",
    "JSON Patch beyond data and permissions":
        "Kinto lets a JSON Patch add unknown permissions and members of the root. Here the result is checked as that "
        "of a PUT is.",
    "has_ beside other filters":
        "Kinto's memory backend forgets the filters that stand before has_. Here all filters count.",
    "like_ and regular expressions":
        "Kinto's memory backend takes the value of like_ for a regular expression. Here * alone has a meaning.",
    "like_ and values that are no text":
        "Kinto's memory backend fails with 500 where the field is no text. Here its text form is compared, as Kinto's "
        "PostgreSQL backend does.",
    "contains_ and text":
        "Kinto's memory backend takes a text for an array of letters. Here only arrays contain something.",
    "tokens of DELETE":
        "Kinto takes the token of a DELETE once, for 600 seconds. Here it names a place in the list, as that of a GET.",
    "bodies of HEAD in a batch":
        "Kinto gives a text as the body of a HEAD in a batch, which breaks its own client. Here bodies are objects.",
    "304 in a batch":
        "Kinto fails with 500 on a batch with an answer 304 in it.",
    "hashes of passwords":
        "Kinto answers with the hash of an account's password. Here an account has no such member.",
    "large bodies":
        "Kinto takes bodies of any size. Here a body has 8 MiB at most and an object 1 MiB; more is 413 (errno 113).",
    "deep documents":
        "Kinto takes documents of any depth until it fails. Here they have 64 levels at most; more is 400.",
    "many filters":
        "Kinto takes any number of filters. Here a request has 50 at most; more is 400.",
}
