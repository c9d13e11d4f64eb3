"""The intake as a stranger meets it: Schemathesis reads the published contract and sends what fits it and what doesn't.

    python run.py BAQUIANO [WHAT SCHEMATHESIS TAKES…]

Starts the program on a store of its own, with many tokens so that what one may ask for isn't what is tried.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOKENS = 40

here = Path(__file__).parent
program, *options = sys.argv[1:]
with tempfile.TemporaryDirectory() as store:
    serve = [program, "serve", "--json", "--store", store]

    def token(name: str) -> str:
        made = subprocess.run([*serve, "token", name], check=True, capture_output=True)
        return json.loads(made.stdout)["token"]

    tokens = [token(f"app-{at}") for at in range(TOKENS)]
    with subprocess.Popen([*serve, "--port", "0", "--log-level", "error"], stdout=subprocess.PIPE) as console:
        try:
            address = json.loads(console.stdout.readline())["address"]
            schemathesis = Path(sys.executable).with_name("schemathesis")
            run = [schemathesis, "--config-file", here / "schemathesis.toml", "run", f"{address}/api/v1/openapi.json", *options]
            environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(here), "TOKENS": " ".join(tokens)}
            ended = subprocess.run(run, env=environment, cwd=store).returncode
            if console.poll() is not None:
                print("the console ended while it was tried", file=sys.stderr)
                ended = 1
        finally:
            console.kill()
sys.exit(ended)
