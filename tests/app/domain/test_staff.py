"""Skills and passwords."""

from __future__ import annotations

import pytest

from app.domain.staff import passwords
from app.domain.staff.rules import skills


def test_skills_have_levels_from_1_to_5() -> None:
    assert skills(["fault:3", "en"]) == {"fault": 3, "en": 1}


@pytest.mark.parametrize("entry", ["fault:0", "fault:6", ":3", "", "fault:", "fa ult", "fault:3:4"])
def test_other_skills_are_refused(entry: str) -> None:
    with pytest.raises(ValueError, match="NAME"):
        skills([entry])


def test_a_skill_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        skills(["fault:1", "fault:2"])


def test_a_password_matches_its_own_hash_only() -> None:
    stored = passwords.hash_password("correct horse battery")
    assert "$argon2id$" in stored
    assert passwords.matches(stored, "correct horse battery")
    assert not passwords.matches(stored, "correct horse battery ")
    assert not passwords.matches(None, "correct horse battery")
    assert not passwords.matches("no hash", "correct horse battery")


@pytest.mark.parametrize("password", ["short", "x" * 11, "x" * 1025, "twelve chars\x00"])
def test_refused_passwords(password: str) -> None:
    assert passwords.refusal(password) is not None


def test_twelve_characters_are_enough() -> None:
    assert passwords.refusal("十二个字也可以作为密码的啊") is None
    assert passwords.refusal("x" * 12) is None
