"""Words by which a crew can be sent somewhere."""

from __future__ import annotations

import pytest

from app.domain.orders.named_place import names_place


@pytest.mark.parametrize(
    "words",
    [
        "我家电表箱在冒火花，柳泉路12号三单元楼下，怎么办",
        "在人民路12号后面，电线杆倒了",
        "建设路上有电线掉下来了",
        "阳光小区门口漏电",
        "李家村变压器着火",
        "三号楼冒烟",
        "sparks at 12 Mill Lane",
        "a wire is down on Station Road",
        "pole 17 is burning",
    ],
)
def test_a_place_is_named(words: str) -> None:
    assert names_place(words)


@pytest.mark.parametrize(
    "words",
    [
        "有人触电了",
        "电线掉在地上冒火花",
        "高压线路断了",
        "短路冒烟",
        "电线掉在马路上",
        "there is a wire down and sparks",
        "a wire lies on the road",
        "fire everywhere in my street",
        "",
    ],
)
def test_no_place_is_named(words: str) -> None:
    assert not names_place(words)
