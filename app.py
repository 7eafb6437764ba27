"""Start here: `app` is the WSGI application of every workspace. `dealwright serve` runs it with the job runner; see README.md."""

from dealwright.factory import create_app

app = create_app()
