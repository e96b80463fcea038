"""A model in which the words that tell of no technique weigh least.

    python -m scripts.quiet_words FOLDER --out FOLDER

The weight of a token follows from how seldom it is in patents, papers and documentation. Words of
need forms are rare there (研发, 难题, 公司 weigh most) but stand in every need, so that the mean of
a need's tokens would tell above all that it is a need. Nothing is learned here.
"""

import argparse
import re
from pathlib import Path

from matcher.evidence.content_words import EMPTY_WORDS
from scripts.training.run import WINDOW
from scripts.training.student import LEAST_WEIGHT, opened, save

NEED_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    集团 工厂 厂家 厂商 用户 我厂 我国 国内 国外 国内外 行业 市场 政府 政策 国家 地区 社会 项目 课题
    需求 期望 期待 寻求 寻找 征集 诚征 急需 亟需 亟待 迫切 打算 计划 准备 拟 想 求 欲 攻克 突破 存在
    面临 遇到 难题 难点 瓶颈 困难 困扰 痛点 不足 缺点 缺陷 关键 核心 重点 重要 重大 目标 指标 预期
    预计 效益 经济效益 社会效益 内容 描述 说明 概述 简介 介绍 背景 现状 情况 名称 题目 基础 条件
    前景 意义 合作 合作方式 对接 联系 专家 教授 高校 院校 院所 团队 人员 员工 职工 研发 研究 研制
    开发 开展 引进 攻关 产业化 产业 产学研 投资 资金 经费 预算 万元 亿元 产值 产能 销售 销售额 利润
    成立 位于 拥有 注册 荣获 先进 领先 水平 优势 竞争 竞争力 当前 传统 已有 近年来 以来 今后 未来
    另外 此外 所以 为此 等等 方面 一定 一方面 支持 指导 服务 培训 咨询 推广 示范 建设 建立 建成 完成
    达产 投产 量产 年产 满足 具备 技术难题 技术需求 技术方案 先进技术 新技术 新产品 新型 专业 实施
    研究开发 提升 提高 改进 改善 优化 较大 很大 严重 无法 难以
    """,
    )
)
"""Words of need forms beside those: who asks, why, with whom and for how much."""


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    quiet(options.model, options.out)


def quiet(model: Path, out: Path) -> None:
    """Write the model with those words at the least weight; the rest is the same."""
    tokenizer, student = opened(model)
    places = tokenizer.get_vocab()
    for word in (EMPTY_WORDS | NEED_WORDS) & places.keys():
        student.weights[places[word]] = LEAST_WEIGHT
    save(student, tokenizer, out, WINDOW)


if __name__ == "__main__":
    main()
