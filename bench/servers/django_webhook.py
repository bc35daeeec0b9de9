"""The webhook of the `django-twilio` package as its manual has it: signature, blacklist look-up, a Gather, no write."""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

from app.settings import DEMO_ACCOUNT_SID, DEMO_AUTH_TOKEN
from bench.webhook_load import PROMPT

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_twilio"],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_DATABASE"], "CONN_MAX_AGE": None}
    },
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    TWILIO_ACCOUNT_SID=DEMO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN=DEMO_AUTH_TOKEN,
)
django.setup()
call_command("migrate", verbosity=0)

from django_twilio.decorators import twilio_view  # noqa: E402 - needs the settings
from twilio.twiml.voice_response import VoiceResponse  # noqa: E402


@twilio_view  # type: ignore[untyped-decorator]
def turn(_: Any, key: str) -> VoiceResponse:
    """The menu again."""
    response = VoiceResponse()
    gather = response.gather(input="dtmf", action=f"/twilio/turn/{key}", method="POST", num_digits=1, timeout=5)
    gather.say(PROMPT, language="cmn-CN")
    return response


def ready(_: Any) -> HttpResponse:
    """Listening."""
    return HttpResponse("ready")


urlpatterns = [path("twilio/turn/<str:key>", turn), path("readyz", ready)]
application = get_wsgi_application()
