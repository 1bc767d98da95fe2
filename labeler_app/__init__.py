"""labeler_app: label a few items, and know how good the rest is.

A house of five floors; a file imports only from floors below its own.

    floor 4   web/  cli/          show and ask; decide nothing
    floor 3   services/           one module per thing a person does; owns the transaction
    floor 2   store/  adapters/   facts in a database; files, formats, embedders
    floor 1   core/               pure functions over arrays: the science
    ground    errors  settings  plugins  log
"""

__version__ = "0.1.0"
