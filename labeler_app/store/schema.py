"""Every table. Times are seconds since 1970 in UTC, as floats.

project ─┬─ label_class
         ├─ class_change            append-only: who changed which class how
         ├─ import_run ── import_problem
         ├─ item ─┬─ item_path      second paths of the same bytes
         │        ├─ item_content   a text, or the values of a row; a picture stays in its file
         │        ├─ audit          reserved items, in order;  audit_shadow: their near-duplicates
         │        ├─ stand_in       embedded as a grey picture, its own could not be read
         │        ├─ label_event    append-only; current_label is derived from it
         │        ├─ ask_again      labels that are asked once more, in order
         │        ├─ class_example  who shows it as an example of which class, from when to when
         │        ├─ probe          audit items of a condition that a person brought
         │        ├─ lease          one item offered to one annotator until a time
         │        └─ queue_entry    the ranked candidates of the newest selection
         ├─ shard                   embeddings and scores on disk
         ├─ model ── curve_point    one fitted learner; its accuracy on today's report part
         ├─ making ── variant ── variant_review   made of items, kept or rejected; never items
         ├─ lift                    what variants of a recipe change, on real items; variant_use
         ├─ expectation             a condition that a person expects
         └─ selection               how a queue was chosen, enough to choose it again
person ─┬─ person_key              keys chosen instead of the usual ones
        └─ desk_left               pages that were closed and get nothing any more
worker_lease · worker_state · trail
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes only an INTEGER primary key count by itself; PostgreSQL needs 64 bits for events.
Counter = BigInteger().with_variant(Integer, "sqlite")

ITEM_KINDS = ("image", "text", "table")
EVENT_KINDS = ("label", "unsure", "skip", "flag", "note", "undo")
ORIGINS = ("human", "imported", "oracle", "propagated", "auto", "synthetic-inherited")
PARTS = ("report", "decide", "probe")  # probe: brought by a person, drawn by nobody
MAKING_STATES = ("waiting", "working", "done", "cancelled", "failed")
REVIEW_KINDS = ("keep", "reject", "undo")
VERDICTS = ("proven", "unprovable", "harm")
PROBLEM_KINDS = ("refused", "clash", "stranger")  # in the order in which they are told
CLASS_CHANGES = (
    *("add", "rename", "define", "recolour", "key", "order"),
    *("merge", "split", "retire", "bring back", "undo"),
)


def _one_of(column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    values = ", ".join(f"'{value}'" for value in allowed)
    return CheckConstraint(f"{column} IN ({values})", name=column)


project = Table(
    "project",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),  # case-folded
    Column("kind", Text, nullable=False),
    Column("config", Text, nullable=False),  # ProjectConfig as JSON
    Column("queue_version", Integer, nullable=False, server_default="0"),  # grows with each queue
    Column("created_at", Float, nullable=False),
    _one_of("kind", ITEM_KINDS),
)

person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    _one_of("kind", ("human", "oracle", "import")),
)

person_key = Table(
    "person_key",
    metadata,
    Column("person", Integer, ForeignKey("person.id"), primary_key=True),
    Column("action", Text, primary_key=True),  # a command of the desk, or "class:" and its number
    Column("key", Text, nullable=False),
)

label_class = Table(
    "label_class",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("definition", Text, nullable=False, server_default=""),
    Column("position", Integer, nullable=False),  # order on screen
    Column("retired_at", Float),
    Column("colour", Integer, nullable=False, server_default="1"),  # 1 to 8
    Column("key", Text, nullable=False, server_default=""),  # set by a person; else by the order
    Column("merged_into", Integer, ForeignKey("label_class.id")),  # answers of it count as of that
    # Of several classes given together, or of none of them: JSON, their numbers rising. Such a row
    # is no class of its own; it stands where an answer names one.
    Column("members", Text),
    UniqueConstraint("project", "name_key"),
)

class_change = Table(
    "class_change",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("at", Float, nullable=False),
    Column("person", Integer, ForeignKey("person.id")),
    Column("kind", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON: the changed fields, before and after
    Column("undoes", Counter, ForeignKey("class_change.seq")),
    Column("up_to_seq", Counter, nullable=False),  # newest label event when it was done
    Index("ix_class_change_project_seq", "project", "seq"),
    _one_of("kind", CLASS_CHANGES),
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("person", Integer, ForeignKey("person.id")),
    Column("source", Text, nullable=False),  # what the person gave
    Column("options", Text, nullable=False),  # JSON
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("new", Integer, nullable=False, server_default="0"),
    Column("duplicates", Integer, nullable=False, server_default="0"),
    Column("known", Integer, nullable=False, server_default="0"),  # imported before
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("ignored", Integer, nullable=False, server_default="0"),
    Column("labels", Integer, nullable=False, server_default="0"),
    # Paths that a labels.csv names and where no item is.
    Column("strangers", Integer, nullable=False, server_default="0"),
    # Labels that came with the files and can be no class.
    Column("unusable", Integer, nullable=False, server_default="0"),
    Column("notes", Text, nullable=False, server_default=""),  # of its labels, a sentence a line
    Column("problem", Text, nullable=False, server_default=""),  # why the whole import was refused
    Column("started_at", Float, nullable=False),
    Column("finished_at", Float),
    _one_of("state", ("requested", "reading", "done", "refused", "cancelled")),
)

import_problem = Table(
    "import_problem",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("import_run", Integer, ForeignKey("import_run.id"), nullable=False, index=True),
    Column("path", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default="refused"),
    _one_of("kind", PROBLEM_KINDS),
)

_UNREADY = text("state != 'ready'")

item = Table(
    "item",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("position", Integer, nullable=False),  # row of its embedding: 0, 1, 2, ... in a project
    Column("kind", Text, nullable=False),
    Column("root", Text, nullable=False),  # folder the path is relative to
    Column("path", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("state", Text, nullable=False),
    Column("notes", Text, nullable=False, server_default=""),
    Column("parent", Counter, ForeignKey("item.id"), index=True),  # of a synthetic item
    Column("import_run", Integer, ForeignKey("import_run.id")),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("project", "position"),
    UniqueConstraint("project", "sha256"),
    Index("ix_item_project_path", "project", "root", "path"),
    # Few items are not ready, and how many there are is asked with every answer.
    Index(
        "ix_item_unready", "project", "position", sqlite_where=_UNREADY, postgresql_where=_UNREADY
    ),
    _one_of("kind", ITEM_KINDS),
    # "arriving": its import is not finished, so the audit sample is not drawn yet.
    _one_of("state", ("arriving", "ready", "missing", "broken")),
)

item_path = Table(
    "item_path",
    metadata,
    Column("project", Integer, ForeignKey("project.id"), primary_key=True),
    Column("root", Text, primary_key=True),
    Column("path", Text, primary_key=True),
    Column("item", Counter, ForeignKey("item.id"), nullable=False, index=True),
)

item_content = Table(
    "item_content",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),  # JSON: a string is a text, an object a row
)

audit = Table(
    "audit",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    # A random key: items are asked in its rising order, and those of a later import fall in
    # between, so that what is answered stays a uniform sample of all items.
    Column("ordinal", Counter, nullable=False),
    Column("part", Text, nullable=False),
    UniqueConstraint("project", "ordinal"),
    _one_of("part", PARTS),
)

audit_shadow = Table(
    "audit_shadow",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
)

stand_in = Table(
    "stand_in",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("found", Boolean, nullable=False),  # was its file seen again since
)

label_event = Table(
    "label_event",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("item", Counter, ForeignKey("item.id"), nullable=False),
    Column("annotator", Integer, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("class_id", Integer, ForeignKey("label_class.id")),
    Column("note", Text, nullable=False, server_default=""),
    Column("reverts", Text),  # event_id taken back by an undo
    Column("origin", Text, nullable=False),
    Column("version", Integer),  # model the annotator's queue came from
    Column("suggestion", Boolean, nullable=False),  # was the suggestion on screen
    Column("milliseconds", Integer),  # from shown to decided
    Column("shown_at", Float),
    Column("decided_at", Float),
    Column("stored_at", Float, nullable=False),
    Column("selection", Integer, ForeignKey("selection.id")),
    Column("selected_as", Text, nullable=False, server_default=""),
    Column("propensity", Float),
    Column("why", Text, nullable=False, server_default=""),
    Column("bulk", Text, index=True),  # given, and taken back, with others of this name
    # Where items may have several classes: the newest change of classes that the desk knew.
    Column("class_version", Counter),
    # The class that was said, where it was merged into another by the time it was stored.
    Column("said", Integer, ForeignKey("label_class.id")),
    # The answer that a change of classes stored again, in another class: nobody gave it anew.
    Column("rewrites", Counter, ForeignKey("label_event.seq")),
    Index("ix_label_event_project_seq", "project", "seq"),
    Index("ix_label_event_item_annotator", "item", "annotator", "seq"),
    Index("ix_label_event_annotator_project", "annotator", "project", "seq"),
    _one_of("kind", EVENT_KINDS),
    _one_of("origin", ORIGINS),
)

current_label = Table(
    "current_label",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("annotator", Integer, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("class_id", Integer, ForeignKey("label_class.id")),
    Column("origin", Text, nullable=False),
    Column("seq", Counter, nullable=False),
    Column(
        "given", Counter, nullable=False, server_default="0"
    ),  # seq of the answer it goes back to
    # What is counted with every answer is read from here alone.
    Index("ix_current_label_counts", "project", "kind", "item", "class_id", "origin"),
)

ask_again = Table(
    "ask_again",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("annotator", Integer, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column(
        "seq", Counter, nullable=False
    ),  # the label in question; once another stands, it is done
    Column("rank", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("change", Counter, ForeignKey("class_change.seq"), nullable=False),
    Index("ix_ask_again_project_rank", "project", "rank"),
)

ask_first = Table(
    "ask_first",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("propensity", Float, nullable=False),  # of being drawn among those a person meant
    Column("reason", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Index("ix_ask_first_project_rank", "project", "rank"),
)

probe = Table(
    "probe",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),  # of the set it came with
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("at", Float, nullable=False),
)

expectation = Table(
    "expectation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("axis", Text, nullable=False),
    Column("first", Integer, nullable=False),  # cells of the axis, both included
    Column("last", Integer, nullable=False),
    Column("share", Float, nullable=False),  # of what will come
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("at", Float, nullable=False),
    Column("removed_at", Float),  # null while it holds
)

making = Table(
    "making",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("recipe", Text, nullable=False),
    Column("axis", Text, nullable=False),  # "": steered by none
    Column("first", Integer, nullable=False),  # cells of the axis, both included
    Column("last", Integer, nullable=False),
    Column("class_id", Integer, ForeignKey("label_class.id")),  # null: all, by turns
    Column("wanted", Integer, nullable=False),
    # Of three times as many: "hardest", or "toward CLASS"; else all.
    Column("pick", Text, nullable=False, server_default=""),
    Column("seed", Counter, nullable=False),
    Column("state", Text, nullable=False),
    Column("made", Integer, nullable=False, server_default="0"),
    Column("tried", Integer, nullable=False, server_default="0"),
    Column("told", Text, nullable=False, server_default=""),  # what was left out, a sentence a line
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("requested_at", Float, nullable=False),
    Column("finished_at", Float),
    _one_of("state", MAKING_STATES),
)

variant = Table(
    "variant",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("making", Integer, ForeignKey("making.id"), nullable=False, index=True),
    Column("root", Counter, ForeignKey("item.id"), nullable=False, index=True),  # a real item
    Column("other", Counter, ForeignKey("item.id"), index=True),  # the second one of a blend
    Column("class_id", Integer, ForeignKey("label_class.id"), nullable=False),  # its root's then
    Column("recipe", Text, nullable=False),
    Column("steps", Text, nullable=False),  # JSON: the values of every step
    Column("seed", Counter, nullable=False),  # with both and the root it is made again
    Column("versions", Text, nullable=False),  # of what made it
    Column("axis", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("before", Float),  # as measured on the axis
    Column("after", Float),
    Column("landed", Boolean, nullable=False),
    Column("near", Text, nullable=False, server_default=""),  # what it can hardly be told from
    Column("margin", Float),  # between the two likeliest classes, by the model of then
    Column("path", Text, nullable=False),  # below the workspace
    Column("sha256", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("project", "sha256"),
)

variant_review = Table(
    "variant_review",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("event_id", Text, nullable=False, unique=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("variant", Counter, ForeignKey("variant.id"), nullable=False, index=True),
    Column("annotator", Integer, ForeignKey("person.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("class_id", Integer, ForeignKey("label_class.id")),  # of what is kept
    Column("milliseconds", Integer),
    Column("at", Float, nullable=False),
    Index("ix_variant_review_project_seq", "project", "seq"),
    _one_of("kind", REVIEW_KINDS),
)

lift = Table(
    "lift",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("recipe", Text, nullable=False),
    Column("axis", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("kept", Integer, nullable=False),  # variants it was measured with
    Column("reviews", Counter, nullable=False),  # newest review it has seen
    Column("up_to_seq", Counter, nullable=False),  # newest answer it has seen
    Column("revision", Text, nullable=False),  # of the embeddings
    Column("detail", Text, nullable=False),  # JSON: its figures
    Column("created_at", Float, nullable=False),
    _one_of("verdict", VERDICTS),
)

variant_use = Table(
    "variant_use",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("recipe", Text, nullable=False),
    Column("axis", Text, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("used", Boolean, nullable=False),  # against, or without, a proof
    Column("note", Text, nullable=False),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("at", Float, nullable=False),
)

class_example = Table(
    "class_example",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("class_id", Integer, ForeignKey("label_class.id"), nullable=False),
    Column("item", Counter, ForeignKey("item.id"), nullable=False, index=True),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("at", Float, nullable=False),
    Column("removed_at", Float),  # null while it is shown
    Column("removed_by", Integer, ForeignKey("person.id")),
)

lease = Table(
    "lease",
    metadata,
    Column("item", Counter, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("annotator", Integer, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("desk", Text, nullable=False, server_default=""),  # one of a person's open pages
    Column("expires", Float, nullable=False),
    Column("selection", Integer, ForeignKey("selection.id")),
    Column("selected_as", Text, nullable=False),
    Column("propensity", Float, nullable=False),
    Column("why", Text, nullable=False),
    Column("version", Integer),
    Index("ix_lease_annotator_project", "annotator", "project"),
)

desk_left = Table(
    "desk_left",
    metadata,
    Column("annotator", Integer, ForeignKey("person.id"), primary_key=True, autoincrement=False),
    Column("desk", Text, primary_key=True),
    Column("left_at", Float, nullable=False, index=True),
)

shard = Table(
    "shard",
    metadata,
    Column("id", Counter, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("revision", Text, nullable=False),  # of the embedder and what it learned
    Column("first", Integer, nullable=False),  # position of the first row
    Column("count", Integer, nullable=False),
    Column("path", Text, nullable=False),  # below the workspace
    Column("sha256", Text, nullable=False),
    UniqueConstraint("project", "revision", "first"),
)

model = Table(
    "model",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("up_to_seq", Counter, nullable=False),  # newest event it has seen
    Column("labels", Integer, nullable=False),  # training labels
    Column("learner", Text, nullable=False),
    Column("revision", Text, nullable=False),  # of the embeddings
    Column("head", Text, nullable=False),  # path of the .npz below the workspace
    Column("sha256", Text, nullable=False),
    Column("scores", Text, nullable=False, server_default=""),  # folder of the score shards
    Column("seconds", Float, nullable=False),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("project", "version"),
)

curve_point = Table(
    "curve_point",
    metadata,
    Column("project", Integer, ForeignKey("project.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("labels", Integer, nullable=False),
    Column("correct", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("unresolved", Integer, nullable=False),  # skipped, not sure or flagged audit items
    Column("confusion", Text, nullable=False, server_default=""),  # JSON, of the newest version
    Column("up_to_seq", Counter, nullable=False),
    Column("created_at", Float, nullable=False),
)

selection = Table(
    "selection",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("project", Integer, ForeignKey("project.id"), nullable=False, index=True),
    Column("version", Integer),  # of the model; null before the first
    Column("strategy", Text, nullable=False),
    Column("phase", Text, nullable=False),  # the policy's sentence
    Column("seed", Counter, nullable=False),
    Column("detail", Text, nullable=False),  # JSON: model sha, shard shas, batch, pool size
    Column("created_at", Float, nullable=False),
)

queue_entry = Table(
    "queue_entry",
    metadata,
    Column("project", Integer, ForeignKey("project.id"), primary_key=True),
    Column("rank", Integer, primary_key=True),
    Column("item", Counter, ForeignKey("item.id"), nullable=False, index=True),
    Column("selection", Integer, ForeignKey("selection.id"), nullable=False),
    Column("selected_as", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("propensity", Float, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("project", "item"),
)

worker_lease = Table(
    "worker_lease",
    metadata,
    Column("project", Integer, ForeignKey("project.id"), primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),
    Column("token", Integer, nullable=False),  # grows with every change of owner: the fence
    Column("heartbeat", Float, nullable=False),
    Column("phase", Text, nullable=False, server_default=""),
    Column("phase_done", Float, nullable=False, server_default="0"),  # 0..1
    Column("error", Text, nullable=False, server_default=""),
)

worker_state = Table(
    "worker_state",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("heartbeat", Float, nullable=False),
)

trail = Table(
    "trail",
    metadata,
    Column("seq", Counter, primary_key=True),
    Column("at", Float, nullable=False),
    Column("person", Integer, ForeignKey("person.id")),
    Column("project", Integer, ForeignKey("project.id")),
    Column("action", Text, nullable=False),
    Column("detail", Text, nullable=False),
)
