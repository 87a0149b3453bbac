"""A limit says whose it is in words, never by the address of a page."""

import pytest
from django.utils.translation import override

from zhijia.catalogue.kinds import ParameterValue
from zhijia.ledger.templatetags.spending import whose

PLACES = {"34": "安徽省"}


@pytest.mark.parametrize(
    ("division", "source", "confidence", "words"),
    [
        ("34", "DUE-16: jiusongjiankang.com", "V", "安徽省规定，自2020年1月1日起"),
        ("34", "DUE-16: 2018, feifmx.com", "V", "安徽省规定，自2020年1月1日起"),
        ("", "DUE-17: 总工办发〔2017〕32号", "K", "全国规定，自2020年1月1日起 · 总工办发〔2017〕32号"),
        ("", "our own default", "D", "本平台默认值，自2020年1月1日起"),
    ],
)
def test_a_limit_says_whose_it_is(division, source, confidence, words):
    limit = ParameterValue.model_validate(
        {"division": division, "from": "2020-01-01", "value": 1, "source": source, "confidence": confidence}
    )

    with override("zh-hans"):
        assert whose(limit, PLACES) == words
