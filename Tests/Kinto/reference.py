"""Serves Kinto from PyPI, with its memory backends, on a free port of this machine, and prints its URL.

It keeps nothing, and ends when its standard input does."""

import os
import sys
import threading
import warnings

MEMORY = "kinto.core.{}.memory"
PLUGINS = ["default_bucket", "accounts", "history", "flush", "counters"]


def settings(attachments):
    return {
        **{f"kinto.{name}_backend": MEMORY.format(name) for name in ("storage", "cache", "permission")},
        "kinto.includes": " ".join([f"kinto.plugins.{name}" for name in PLUGINS] + ["kinto_attachment"]),
        "kinto.attachment.base_path": attachments,
        "multiauth.policies": "account",
        "multiauth.policy.account.use": "kinto.plugins.accounts.authentication.AccountsAuthenticationPolicy",
        "kinto.account_create_principals": "system.Everyone",
        "kinto.account_cache_ttl_seconds": "3600",
        "kinto.experimental_permissions_endpoint": "true",
        "kinto.experimental_collection_schema_validation": "true",
        "kinto.default_bucket_hmac_secret": "of the tests",
        "kinto.userid_hmac_secret": "of the tests",
    }


def main():
    warnings.simplefilter("ignore")
    import bcrypt
    from kinto import main as application
    from waitress import create_server

    # The passwords of the tests need no protection, and what it costs would be most of what the suite costs.
    salt = bcrypt.gensalt
    bcrypt.gensalt = lambda rounds=4, prefix=b"2b": salt(4, prefix)
    server = create_server(application({}, config=None, **settings(sys.argv[1])), host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(f"http://127.0.0.1:{server.effective_port}/v1", flush=True)
    server.run()


if __name__ == "__main__":
    main()
