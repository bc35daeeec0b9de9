"""Enumerations of surveys."""

from __future__ import annotations

from enum import StrEnum


class SurveySource(StrEnum):
    """How an answer was asked for."""

    POST_CALL_IVR = "post_call_ivr"
    SMS = "sms"
    HOTLINE_CALLBACK = "hotline_callback"
    WEB_SURVEY = "web_survey"


class SurveyStatus(StrEnum):
    """`in_progress` has been asked, `done` has a score."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


ASKED = (SurveyStatus.IN_PROGRESS, SurveyStatus.DONE)
"""In these an answer is still taken: the score, then whether the matter was solved."""
