import warnings

from labeler_app.adapters.items.strictness import strict_pillow


def warned(module):
    """Return whether a warning of a module is an error now."""
    try:
        warnings.warn_explicit("odd", UserWarning, f"{module}.py", 1, module=module)
    except UserWarning:
        return True
    return False


def test_readers_that_overlap_leave_the_filters_of_the_process_as_they_were():
    before = list(warnings.filters)
    first, second = strict_pillow(), strict_pillow()

    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)

    assert list(warnings.filters) == before


def test_the_filters_hold_until_the_last_reader_leaves_and_for_pillow_only():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        first, second = strict_pillow(), strict_pillow()

        first.__enter__()
        second.__enter__()
        second.__exit__(None, None, None)
        inside = warned("PIL.Image"), warned("PIL"), warned("PILLAR"), warned("numpy")
        first.__exit__(None, None, None)

        assert inside == (True, True, False, False)
        assert not warned("PIL.Image")
