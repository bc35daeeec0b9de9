"""The operations file: defaults, what is laid over them, and every mistake by its place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.domain.operations.load import Operations, load, of_document
from app.domain.operations.sections import QuietHours
from app.domain.operations.toml_text import to_toml
from routing.config import ConfigError


def own(tmp_path: Path, text: str) -> Operations:
    path = tmp_path / "hotline.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_as_shipped_four_queues_are_open_round_the_clock_and_serve_with_nobody_there() -> None:
    queues = load().routing.queues
    assert set(queues) == {"phone", "emergency", "web", "field"}
    assert all(queue.hours is None for queue in queues.values())
    assert all(queue.on_close == queue.on_nobody == "serve" for queue in queues.values())
    assert queues["emergency"].boost_s == 86_400
    assert (queues["phone"].offer_timeout_s, queues["field"].offer_timeout_s) == (20, 180)


def test_only_what_the_file_names_differs(tmp_path: Path) -> None:
    found = own(tmp_path, '[queues.phone]\nwrap_up_s = 5\n[queues.vip]\nmode = "phone"\nboost_s = 300\n')
    assert found.routing.queues["phone"].wrap_up_s == 5
    assert found.routing.queues["phone"].callback_after_s == 120
    assert found.routing.queues["vip"].boost_s == 300
    assert found.release != load().release
    assert own(tmp_path, "").release == load().release


def test_hours_replace_the_shipped_ones_as_a_whole(tmp_path: Path) -> None:
    found = own(tmp_path, '[queues.web]\nhours = { mon-fri = ["08:00-20:00"], except = ["2026-10-01"] }\n')
    assert found.routing.queues["web"].hours is not None


def test_quiet_hours_wrap_around_midnight() -> None:
    night, none = QuietHours(21 * 60, 8 * 60), QuietHours(480, 480)
    assert [night.holds(minute) for minute in (1259, 1260, 0, 479, 480)] == [False, True, True, True, False]
    assert not any(none.holds(minute) for minute in range(1440))


def test_the_printed_document_reads_back_as_the_same_release() -> None:
    shipped = load()
    again = of_document(tomllib.loads(to_toml(shipped.document)))
    assert again.release == shipped.release
    assert again.promises == shipped.promises
    assert again.tariffs == shipped.tariffs


def test_odd_texts_survive_printing() -> None:
    document = {"a b": {'q"uote': {"x": 'two\nlines \\ "q" \x7f', "y": [1.5, True, {"z": -1}]}}, "plain": 1}
    assert tomllib.loads(to_toml(document)) == document


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[musics]\n", "musics"),
        ("[queues.phone]\nhold_music = 1\n", "queues.phone.hold_music"),
        ("queues = 1\n", "queues"),
        ('[queues.phone]\nwrap_up_s = "5"\n', "queues.phone.wrap_up_s"),
        ("[queues.emergency]\nmax_size = 9\n", "queues.emergency.max_size"),
        ('[quiet_hours]\nfrom = "9pm"\n', "quiet_hours.from"),
        ("[quiet_hours]\nfrom = 21:00:00\n", "quiet_hours.from"),
        ('[quiet_hours]\nuntil = "08:00"\n', "quiet_hours.until"),
        ("[survey]\nsample = 1.5\n", "survey.sample"),
        ("[survey]\nattempts = 0\n", "survey.attempts"),
        ("[ivr]\nretries = -1\n", "ivr.retries"),
        ("[ivr]\nmusic = 1\n", "ivr.music"),
        ("[outages]\ngrace_minutes = -5\n", "outages.grace_minutes"),
        ("[callback]\nattempts = 0\n", "callback.attempts"),
        ("[duty]\nphones = [110]\n", "duty.phones"),
        ('[duty]\nphones = ["110"]\n', "duty.phones"),
        ('[duty]\nphones = ["+8613800000001", "+86 138"]\n', "duty.phones"),
        ("[queues.emergency]\nmax_size = 0\n", "queues.emergency.max_size"),
        ('[queues.emergency]\nhours = { mon-fri = ["08:00-20:00"] }\n', "queues.emergency.hours"),
        ("[survey]\nsample = nan\n", "survey.sample"),
        ("[survey]\nsample = -inf\n", "survey.sample"),
        ("[survey]\nsample = 1e400\n", "survey.sample"),
        (
            "[tariffs.shared]\nseasons = [{months = [1], tiers = [{flat = nan}]}]\n",
            "tariffs.shared.seasons[1].tiers[1].flat",
        ),
        (f"[survey]\ndelay_s = {10**60}\n", "survey.delay_s"),
        (f"[{'.'.join('a' * 3_000)}]\n", "a.a.a.a.a.a.a.a.a.a.a.a.a"),
        ("[warnings.ufo]\n", "warnings.ufo"),
        ('[warnings.queue_long]\nlevel = "pink"\n', "warnings.queue_long.level"),
        ("[clocks.fault.lunch]\nminutes = 1\n", "clocks.fault.lunch"),
        ("[clocks.fault.arrive]\nminutes = 0\n", "clocks.fault.arrive"),
        ("[clocks.fault]\narrive = 5\n", "clocks.fault.arrive"),
        ("[clocks]\nfault = 5\n", "clocks.fault"),
        ("[tariffs.shared]\nprice = 1\n", "tariffs.shared.price"),
        ('[tariffs.new]\nperiod = "week"\nseasons = []\n', "tariffs.new.period"),
        ("[tariffs.shared]\nseasons = [{months = [1], tiers = [{flat = 1}]}]\n", "tariffs.shared.seasons"),
        ("[tariffs.shared]\nseasons = [{months = [13], tiers = [{flat = 1}]}]\n", "tariffs.shared.seasons[1].months"),
        ("[tariffs.shared]\nseasons = [{months = [1], tiers = [{}]}]\n", "tariffs.shared.seasons[1].tiers[1]"),
        (
            "[tariffs.shared]\nseasons = [{months = [1], tiers = [{up_to_kwh = 5, flat = 1}]}]\n",
            "tariffs.shared.seasons[1].tiers",
        ),
        ('[languages.en]\nprompts = "fr"\n', "languages.en.prompts"),
        ('[languages.yue]\nskill = "yue"\n', "languages.yue"),
        ("[warnings.clock_breach]\nthreshold = 2\n", "warnings.clock_breach.threshold"),
        ("[warnings.clock_near_due]\nthreshold = 100\n", "warnings.clock_near_due.threshold"),
        ("[warnings.number_guessing]\nwindow_s = 90000\n", "warnings.number_guessing.window_s"),
        ("[languages]\nen = 5\n", "languages.en"),
    ],
)
def test_mistakes_are_named_by_their_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ConfigError) as refused:
        own(tmp_path, text)
    assert place in [problem.place for problem in refused.value.problems]


@pytest.mark.parametrize("text", ["x = " + "[" * 5_000 + "]" * 5_000, "x = " + "{a=" * 5_000 + "1" + "}" * 5_000])
def test_endless_nesting_is_named_as_such(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match=r"hotline\.toml: is nested too deeply"):
        own(tmp_path, text)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        own(tmp_path, "[musics]\n[queues.phone]\nhold_music = 1\n[ivr]\nretries = -1\n")
    assert len(refused.value.problems) == 3


def test_a_file_that_is_no_toml_is_named_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"hotline\.toml: .*line 2"):
        own(tmp_path, "[queues.phone]\nwrap_up_s\n")
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("rule", ["on_close", "on_nobody", "on_full", "on_max_wait"])
def test_voicemail_is_refused_because_nothing_would_be_recorded(tmp_path: Path, rule: str) -> None:
    with pytest.raises(ConfigError, match="choose callback, message or serve") as refused:
        own(tmp_path, f'[queues.phone]\n{rule} = "voicemail"\n')
    assert [problem.place for problem in refused.value.problems] == [f"queues.phone.{rule}"]
