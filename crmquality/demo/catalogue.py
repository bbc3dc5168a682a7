"""What the demo company sells, and to whom: constants of the invented world."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class Line:
    """One product line: its goods with list prices in yuan, its margin, how often it comes back."""

    code: str
    name: str
    margin: float
    return_share: float
    goods: tuple[tuple[str, float], ...]


LINES = (
    Line(
        "PK",
        "Packaging · 包装材料",
        0.24,
        0.010,
        (
            ("Corrugated box, small · 小号瓦楞纸箱", 3.2),
            ("Corrugated box, large · 大号瓦楞纸箱", 7.8),
            ("Stretch film · 拉伸缠绕膜", 46.0),
            ("Bubble mailer · 气泡信封袋", 1.1),
            ("Packing tape · 封箱胶带", 5.6),
            ("Paper cushion · 缓冲纸卷", 62.0),
            ("Gift box, rigid · 硬盒礼盒", 14.5),
            ("Pallet cover · 托盘罩", 9.9),
        ),
    ),
    Line(
        "CL",
        "Cleaning · 清洁用品",
        0.31,
        0.008,
        (
            ("Hand soap 5 L · 洗手液", 58.0),
            ("Floor cleaner 10 L · 地面清洁剂", 96.0),
            ("Paper towels, case · 擦手纸", 128.0),
            ("Microfibre cloths · 超细纤维抹布", 42.0),
            ("Waste bags, roll · 垃圾袋", 18.5),
            ("Disinfectant 5 L · 消毒液", 88.0),
            ("Mop set · 平板拖把套装", 149.0),
        ),
    ),
    Line(
        "TW",
        "Tableware · 餐具厨具",
        0.36,
        0.026,
        (
            ("Porcelain plate 27 cm · 瓷盘", 24.0),
            ("Soup bowl · 汤碗", 16.5),
            ("Wine glass · 红酒杯", 19.8),
            ("Cutlery set · 刀叉套装", 86.0),
            ("Chopsticks, 10 pairs · 筷子十双装", 28.0),
            ("Serving tray · 托盘", 65.0),
            ("Teapot 800 ml · 茶壶", 118.0),
            ("Chafing dish · 保温餐炉", 460.0),
        ),
    ),
    Line(
        "WW",
        "Workwear · 工作服",
        0.38,
        0.042,
        (
            ("Work jacket · 工装夹克", 165.0),
            ("Chef coat · 厨师服", 138.0),
            ("Safety shoes · 安全鞋", 218.0),
            ("Nitrile gloves, box · 丁腈手套", 36.0),
            ("Reflective vest · 反光背心", 22.0),
            ("Apron · 围裙", 32.0),
            ("Polo shirt · 定制文化衫", 58.0),
        ),
    ),
    Line(
        "ST",
        "Storage · 仓储货架",
        0.27,
        0.014,
        (
            ("Light shelf · 轻型货架", 320.0),
            ("Heavy shelf · 重型货架", 980.0),
            ("Stacking crate · 周转箱", 44.0),
            ("Wire basket · 网篮", 75.0),
            ("Platform trolley · 平板推车", 390.0),
            ("Parts bin · 零件盒", 12.0),
            ("Step ladder · 登高梯", 268.0),
        ),
    ),
    Line(
        "LP",
        "Labels and print · 标签印刷",
        0.42,
        0.018,
        (
            ("Thermal labels, roll · 热敏标签", 13.5),
            ("Barcode ribbon · 条码碳带", 34.0),
            ("Printed sleeve · 印刷腰封", 0.9),
            ("Care label · 水洗标", 0.4),
            ("Price tag · 价格吊牌", 0.6),
            ("Menu print · 菜单印制", 28.0),
            ("Sticker sheet · 不干胶贴", 2.2),
            ("Label printer · 标签打印机", 1280.0),
        ),
    ),
    Line(
        "GD",
        "Gifts and décor · 礼品饰品",
        0.45,
        0.034,
        (
            ("Scented candle · 香薰蜡烛", 39.0),
            ("Photo frame · 相框", 27.0),
            ("Ceramic vase · 陶瓷花瓶", 88.0),
            ("Desk calendar · 台历", 15.0),
            ("Festive lantern · 节庆灯笼", 33.0),
            ("Tote bag · 帆布袋", 18.0),
            ("Tea gift set · 茶叶礼盒", 198.0),
            ("Wall clock · 挂钟", 76.0),
        ),
    ),
    Line(
        "TL",
        "Tools · 工具五金",
        0.29,
        0.022,
        (
            ("Screwdriver set · 螺丝刀套装", 68.0),
            ("Cordless drill · 充电电钻", 540.0),
            ("Tape measure · 卷尺", 16.0),
            ("Hex key set · 内六角扳手", 38.0),
            ("Cable ties, bag · 扎带", 11.0),
            ("Tool case · 工具箱", 145.0),
            ("LED work light · LED工作灯", 129.0),
        ),
    ),
)
# The supplier that failed for a quarter delivers these lines.
HICCUP_LINES = ("TW", "WW")

_YEAR = {
    # January to December; February is the Spring Festival.
    "Retail chain": (0.9, 0.55, 0.9, 0.9, 0.95, 0.95, 0.9, 0.95, 1.15, 1.25, 1.4, 1.2),
    "Distributor": (0.95, 0.5, 1.2, 1.1, 1.05, 1.0, 0.95, 0.95, 1.1, 1.05, 1.1, 1.05),
    "Manufacturer": (0.95, 0.45, 1.2, 1.15, 1.1, 1.05, 0.95, 0.85, 1.1, 1.1, 1.1, 1.0),
    "Hospitality": (1.0, 0.7, 0.85, 1.0, 1.15, 1.2, 1.25, 1.15, 1.0, 1.05, 0.8, 0.85),
    "Online shop": (0.8, 0.5, 0.85, 0.85, 0.95, 1.4, 0.8, 0.9, 1.0, 1.3, 1.6, 1.05),
    "Private buyer": (1.1, 0.7, 0.8, 0.8, 0.9, 1.1, 0.8, 0.8, 1.0, 1.0, 1.5, 1.5),
}


@dataclass(frozen=True)
class Segment:
    """How customers of a kind behave. Rates are orders a month, quantities units a line."""

    name: str
    share: float
    rate: float
    quantity: float
    price_factor: float
    lines_an_order: float
    tries_once: float
    customised: float
    weekend: bool
    industries: tuple[str, ...]
    # Tendency to buy each of LINES.
    taste: tuple[float, ...]

    @property
    def year(self) -> np.ndarray:
        months = np.array(_YEAR[self.name])
        return months / months.mean()


SEGMENTS = (
    Segment(
        "Retail chain",
        0.20,
        0.75,
        90,
        0.88,
        2.6,
        0.03,
        0.22,
        False,
        ("Supermarkets", "Home goods", "Fashion", "Pharmacies"),
        (5, 3, 2, 1, 2, 5, 5, 1),
    ),
    Segment(
        "Distributor",
        0.22,
        0.70,
        140,
        0.80,
        2.8,
        0.04,
        0.08,
        False,
        ("Wholesale", "Import and export", "Office supplies"),
        (5, 4, 3, 3, 2, 2, 2, 4),
    ),
    Segment(
        "Manufacturer",
        0.21,
        0.55,
        110,
        0.90,
        2.0,
        0.05,
        0.48,
        False,
        ("Electronics", "Machinery", "Textiles", "Food processing", "Furniture"),
        (6, 2, 0.3, 5, 5, 4, 0.3, 6),
    ),
    Segment(
        "Hospitality",
        0.17,
        0.60,
        45,
        0.96,
        2.2,
        0.05,
        0.34,
        False,
        ("Hotels", "Restaurants", "Catering"),
        (1, 6, 8, 4, 1, 2, 2, 0.5),
    ),
    Segment(
        "Online shop",
        0.16,
        0.50,
        30,
        0.97,
        1.8,
        0.15,
        0.15,
        True,
        ("Fashion", "Home goods", "Toys", "Beauty"),
        (7, 1, 2, 0.5, 1, 4, 5, 1),
    ),
    Segment(
        "Private buyer",
        0.04,
        0.16,
        3,
        1.06,
        1.4,
        0.40,
        0.10,
        True,
        ("",),
        (1, 2, 4, 1, 1, 0.5, 6, 4),
    ),
)
PERSONS = len(SEGMENTS) - 1

TIERS = ("A", "B", "C", "D")
# Yuan a year from which a customer belongs to tier A, B, C.
TIER_FROM = np.array([120_000, 36_000, 9_000])

SERVICES = ("", "Express delivery", "Printing", "Kitting", "Installation", "Consignment stock")
SERVICE_SHARES = np.array([0.78, 0.08, 0.06, 0.04, 0.02, 0.02])

CURRENCIES = ("CNY", "USD", "EUR")


def labelled(codes: NDArray[np.int64], names: Sequence[str]) -> "pd.Categorical[str]":
    """Indices into `names` as a column that stores each name once."""
    return pd.Categorical.from_codes(codes, pd.Index(names))


@cache
def products() -> pd.DataFrame:
    """Return one row per product: key (1 up), code, name, line (index into LINES), price, cost.

    Price and cost are fen for one unit at the beginning of the lives.
    """
    rows = [
        (
            f"{line.code}-{number:02d}",
            name,
            index,
            round(price * 100),
            price * 100 * (1 - line.margin),
        )
        for index, line in enumerate(LINES)
        for number, (name, price) in enumerate(line.goods, start=1)
    ]
    frame = pd.DataFrame(rows, columns=["code", "name", "line", "price", "cost"])
    frame.insert(0, "product", np.arange(1, len(frame) + 1))
    return frame


def tier_of(yearly_yuan: np.ndarray) -> np.ndarray:
    """Return the index into TIERS of that much business a year."""
    return (yearly_yuan[:, None] < TIER_FROM).sum(axis=1)
