"""Ways to damage a text, and the bytes that it is written in."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from tests.fuzz.of_bytes import NUMBERS, Mutator

OfText = Callable[[Random, str], str]

LONG = 400_000
"""Characters of a line that is too long for any report: in UTF-8 a megabyte."""
_ODD: tuple[str, ...] = (
    *"\0\1\x1b\x7f\x85\xa0\t\r\v\u2028\u200b\u202e\ufeff\ufffd\uffff\ud800\udfff\ue000\u3000㈠①Ⅳ½",
    *("e" + "\u0301" * 50, "\U0001f600", "\U00020bb7", "\U0010ffff", "١٢"),
)
_REPEATED: tuple[str, ...] = (
    *'一1 \u3000.…·（）(“”、，；：。-—\t\xa0<>&*_#|"[`是未不但县局年a',
    *("0.", "1.", "1,", "（一）", "一是", "第一，", "问题", "项目", "，但", "2022年", "100%", "万元", "得分"),
    *("整改", "关于", "<p>", "<b>", "&amp;", "（以下简称", "一、", "- ", "> "),
)
_PHRASES: tuple[str, ...] = (
    *("已完成", "正在整改", "未完成", "长期坚持", "已整改。", "—", "无", "无。", "同上", "√", "是", "90%"),
    *("85.5分", "优", "良", "2023年", "2023年12月底前", "12", "1200万元", "一、", "（一）", "1.", "1.1 ", "①"),
    *("第一部分 ", "一是", "附件1", "目录", "存在问题", "整改情况", "整改措施：", "问题：", "原因分析"),
    *("主要问题：", "下一步建议", "项目名称：", "主管部门：某县财政局", "评价得分：", "备注", "责任单位", "："),
    *("。", "；", "，但", "……3", "某县财政局", "某县审计局", "表1 情况表", "单位：万元", "（以下简称县局）"),
    *("特此报告", "审计报告", "关于某县资金的绩效评价报告", "整改情况报告", "问题清单", "<p>", "<br>", "**"),
    *("| |", "# "),
)
_ENCODINGS = ("utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5hkscs", "hz", "latin-1")


def insert_odd(rng: Random, text: str) -> str:
    for _ in range(rng.choice((1, 3, 40))):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(_ODD) + text[at:]
    return text


def insert_long(rng: Random, text: str) -> str:
    at = rng.randrange(len(text) + 1)
    repeated = rng.choice(_REPEATED)
    end = rng.choice(("", "", "\n", "。", "x"))
    times = rng.choice((20, 1000, LONG)) // len(repeated)
    return text[:at] + repeated * times + end + text[at:]


def mix_lines(rng: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    for _ in range(rng.choice((1, 4, 20))):
        a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
        kind = rng.randrange(5)
        if kind == 0:
            lines[a], lines[b] = lines[b], lines[a]
        elif kind == 1:
            lines.insert(a, lines[b])
        elif kind == 2:
            lines[a] = lines[a].rstrip("\r\n")
        elif kind == 3:
            lines[a] = lines[a][rng.randrange(len(lines[a]) + 1) :] + "\n"
        elif len(lines) > 1:
            del lines[a]
    return "".join(lines) * rng.choice((1, 1, 1, 1, 30))


def put_phrases(rng: Random, text: str) -> str:
    """Put what reports are made of in the place of lines and cells, or before or behind what stands there."""
    parts = re.split(r"([\n\t,|]+)", text)
    for _ in range(rng.choice((1, 4, 30))):
        at = rng.randrange(len(parts))
        phrase = rng.choice(_PHRASES)
        parts[at] = rng.choice((phrase, phrase + parts[at], parts[at] + phrase))
    return "".join(parts)


def end_lines(rng: Random, text: str) -> str:
    return text.replace("\n", rng.choice(("\r", "\r\n", "\n\n", "\x85", "\u2028", "\t", "", " ", "\v")))


def change_numbers(rng: Random, text: str) -> str:
    found = list(re.finditer(r"\d+", text))
    for match in sorted(rng.sample(found, min(len(found), rng.choice((1, 5)))), key=lambda match: -match.start()):
        number = rng.choice((*map(str, NUMBERS), "1" * 400, "1e999", "-0", "٣", "1,,2", "0.0.0"))
        text = text[: match.start()] + number + text[match.end() :]
    return text


def drop_marks(rng: Random, text: str) -> str:
    """Take away, or double, every sign of one kind."""
    return text.replace(
        rng.choice('。；：，、（）()<>"“”\t|,=/&'), rng.choice(("", "。", "（", "）", "\t", "<", '"', "；；"))
    )


TEXT: tuple[OfText, ...] = (
    *(insert_odd, insert_long, end_lines, change_numbers, drop_marks),
    *(mix_lines, put_phrases, put_phrases),
)


def in_text(mutate: OfText) -> Mutator:
    def mutator(rng: Random, content: bytes, other: bytes) -> bytes:
        text = mutate(rng, content.decode("utf-8", "replace"))
        if rng.random() < 0.8:
            return text.encode("utf-8", "surrogatepass")
        encoding = rng.choice(_ENCODINGS)
        errors = "surrogatepass" if encoding.startswith("utf") else "replace"
        return text.encode(encoding, errors)

    mutator.__name__ = mutate.__name__
    return mutator


IN_TEXT: tuple[Mutator, ...] = tuple(map(in_text, TEXT))
