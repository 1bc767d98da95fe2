"""Run the command line: ``python -m labeler_app``."""

from labeler_app.cli.main import cli

if __name__ == "__main__":
    cli(prog_name="labeler")
