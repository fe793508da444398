"""``python launch.py MODULE``: what ``python -m serving MODULE`` does, with fixed passwords in the place of IAM tokens.

No server outside AWS takes an IAM token. Everything else is what runs on AWS.
"""

from serving import login

login.database_token = lambda host, port, user: "secret"  # pyright: ignore[reportUnknownLambdaType]
login.cache_token = lambda name, user: "token"  # pyright: ignore[reportUnknownLambdaType]

if __name__ == "__main__":
    from serving.__main__ import main

    main()
