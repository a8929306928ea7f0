"""A list is heard in every script, and only as whole words."""

from flows.never_said import read_never_said


def test_a_word_that_ends_in_a_vowel_sign_is_heard() -> None:
    gujarati = read_never_said()["gu"]
    assert gujarati.promise_in("તમારી વાત ખાનગી છે.") == "ખાનગી"
    assert gujarati.promise_in("તમારી વાત ખાનગી છે, સિવાય કે જોખમ હોય.") is None
    assert gujarati.other_side_in("આશ્રયઘર") == "આશ્રયઘર"


def test_a_word_inside_another_is_not_heard() -> None:
    assert read_never_said()["gu"].other_side_in("પીડિતા") is None
    assert read_never_said()["en"].alarm_in("hurting") == "hurting"
