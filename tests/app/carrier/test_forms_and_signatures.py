"""Own parsing and checking of webhooks against the standard library and the carrier's own validator."""

from __future__ import annotations

import string
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from app.carrier.forms import pairs_of
from app.carrier.signature import is_signed, sign
from app.carrier.xml import NOT_XML, clean

TOKEN = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
URLS = (
    "https://hotline.test/twilio/voice",
    "https://hotline.test:443/twilio/turn/3.keys?again=1",
    "https://hotline.test:8443/twilio/voice",
    "http://127.0.0.1:8000/twilio/sms",
)
names = st.text(string.ascii_letters, min_size=1, max_size=8)
forms = st.dictionaries(names, st.text(max_size=12), max_size=6)


@given(st.text(alphabet="ab&=%+;2C0中\x00\ud800", max_size=40))
def test_any_text_is_taken_apart_as_the_standard_library_does(text: str) -> None:
    assert pairs_of(text, 50) == parse_qsl(text, keep_blank_values=True, max_num_fields=50)


@given(forms)
def test_what_a_client_encodes_comes_back(form: dict[str, str]) -> None:
    written = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
    assert dict(pairs_of(urlencode(written), 50)) == written


def test_too_many_fields_are_refused() -> None:
    pairs_of("a=1&b=2", 2)
    with pytest.raises(ValueError, match="too many"):
        pairs_of("a=1&b=2&c=3", 2)


@pytest.mark.parametrize("url", URLS)
@given(form=forms)
def test_signatures_are_those_of_the_carrier(url: str, form: dict[str, str]) -> None:
    validator = RequestValidator(TOKEN)
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in form.items()}
    signature = validator.compute_signature(url, sent)
    assert sign(TOKEN, url, list(sent.items())) == signature
    assert is_signed([TOKEN], url, list(sent.items()), signature)
    assert is_signed([OTHER, TOKEN], url, list(sent.items()), signature), "while tokens rotate, each of them counts"
    assert not is_signed([OTHER], url, list(sent.items()), signature)
    assert not is_signed([TOKEN], url, [*sent.items(), ("More", "1")], signature)


@pytest.mark.parametrize("url", URLS)
def test_the_port_may_be_left_out_by_the_signer_as_the_carriers_validator_allows(url: str) -> None:
    form = {"CallSid": "CA1"}
    for signed_url in (
        *URLS,
        "https://hotline.test:443/twilio/voice",
        "https://hotline.test/twilio/turn/3.keys?again=1",
    ):
        validator = RequestValidator(TOKEN)
        signature = validator.compute_signature(signed_url, form)
        assert is_signed([TOKEN], url, list(form.items()), signature) == validator.validate(url, form, signature)


@pytest.mark.parametrize("signature", ["", "x", "中", "=" * 28, "\ud800"])
def test_nonsense_is_not_signed(signature: str) -> None:
    assert not is_signed([TOKEN], URLS[0], [("a", "1")], signature)
    assert not is_signed([""], URLS[0], [("a", "1")], signature)


@given(st.text())
def test_only_what_xml_cannot_carry_is_dropped(text: str) -> None:
    assert clean(text) == NOT_XML.sub("", text)
