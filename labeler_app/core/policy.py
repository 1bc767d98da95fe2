"""Which strategy now: `auto` decides by where the project stands, and says why in plain words."""

from labeler_app.core.arrays import LabelState


def auto(state: LabelState) -> tuple[str, str]:
    """Name the strategy that suits the project now, and the sentence that says why.

    Returns
    -------
    tuple of str
        A name among the cold starts while there is no model, among the strategies after; and one
        sentence for the person.
    """
    if not state.features_ready:
        return "random", "Items come at random while the app is still getting to know them."
    if not state.has_model:
        return (
            "representatives",
            "There is no model yet, so the first items are ones that stand for many others.",
        )
    return (
        "hybrid",
        "The model asks for the items it is least sure of, each different from the others.",
    )
