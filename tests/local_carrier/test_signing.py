"""Signatures of this carrier, judged by the carrier's own library."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator, get_signature_algorithm

from local_carrier.settings import Settings
from local_carrier.signing import Signer, body_hash, sign, signed_url
from tests.local_carrier.world import World

URL = "https://hotline.example/twilio/voice?step=1&x=%E7%94%B5"
PARAMS = [("Digits", ""), ("From", "+15550100001"), ("Body", "停电 "), ("A", "2"), ("A", "1"), ("A", "2")]


@pytest.mark.parametrize("algorithm", ["HMAC_SHA1", "HMAC_SHA256"])
def test_forms_are_signed_as_the_library_expects(algorithm: str) -> None:
    class Form(dict[str, str]):
        def getlist(self, name: str) -> list[str]:
            return [value for key, value in PARAMS if key == name]

    form = Form(PARAMS)
    signature = sign("secret", URL, PARAMS, algorithm)
    assert RequestValidator("secret").validate(URL, form, signature, algorithm)
    assert not RequestValidator("secret").validate(URL, {**form, "From": "+1"}, signature, algorithm)
    assert not RequestValidator("other").validate(URL, form, signature, algorithm)


def test_a_body_that_is_no_form_is_covered_by_its_hash() -> None:
    body = '{"停": 1}'
    url = f"https://hotline.example/x?bodySHA256={body_hash(body.encode())}"
    signature = sign("secret", url)
    assert RequestValidator("secret").validate(url, body, signature)
    assert not RequestValidator("secret").validate(url, body + " ", signature)


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://h.example:8443/a?b=c#rc=2", "https://h.example/a?b=c"),
        ("http://h.example:8000/a", "http://h.example:8000/a"),
        ("https://user:pass@h.example/a", "https://h.example/a"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
    ],
)
def test_what_of_an_address_is_signed(url: str, signed: str) -> None:
    assert signed_url(url) == signed


def test_a_shared_key_signs_with_sha256_and_names_itself() -> None:
    headers = Signer("token", ("key1", "s3")).headers(URL, PARAMS[:3])
    settings = headers["X-Twilio-Webhooks-Signature-Settings"]
    assert settings == "key=key1,algorithm=HMAC_SHA256"
    algorithm = get_signature_algorithm(settings)
    assert RequestValidator("s3").validate(URL, dict(PARAMS[:3]), headers["X-Twilio-Signature"], algorithm)


async def test_the_first_of_several_tokens_signs_and_a_get_is_signed_with_its_query() -> None:
    async with World(auth_tokens=("new", "old")) as world:
        world.app.answers["/twilio/voice"] = '<Redirect method="GET">/next?a=1</Redirect>'
        world.dial()
        await world.wait(1)
        asked = next(a for a in world.app.asked if a.path == "/next")
        url = world.app.url("/next") + "?" + asked.query
        assert RequestValidator("new").validate(url, {}, asked.headers["X-Twilio-Signature"])
        assert not RequestValidator("old").validate(url, {}, asked.headers["X-Twilio-Signature"])


async def test_with_a_shared_key_all_webhooks_use_it() -> None:
    async with World(shared_key=("key1", "s3")) as world:
        world.dial()
        await world.wait(1)
        assert len(world.app.asked) == 2
        for asked in world.app.asked:
            assert asked.headers["X-Twilio-Webhooks-Signature-Settings"].endswith("HMAC_SHA256")
            validator = RequestValidator("s3")
            signature = asked.headers["X-Twilio-Signature"]
            assert validator.validate(world.app.url(asked.path), dict(asked.pairs), signature, "HMAC_SHA256")


def test_app_addresses_carry_the_configured_overrides_once() -> None:
    settings = Settings(app_url="http://127.0.0.1:9/", webhook_fragment="rc=2")
    assert settings.app("/a") == "http://127.0.0.1:9/a#rc=2"
    assert settings.app("/a#rc=0") == "http://127.0.0.1:9/a#rc=0"
    assert settings.app("https://other.example/a") == "https://other.example/a#rc=2"
    assert settings.app("") == ""
