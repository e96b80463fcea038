"""Province of an owner, from a code, a name or an address."""

import re
from functools import lru_cache

from matcher.text.characters import nfkc

PROVINCES = {
    "11": "北京",
    "12": "天津",
    "13": "河北",
    "14": "山西",
    "15": "内蒙古",
    "21": "辽宁",
    "22": "吉林",
    "23": "黑龙江",
    "31": "上海",
    "32": "江苏",
    "33": "浙江",
    "34": "安徽",
    "35": "福建",
    "36": "江西",
    "37": "山东",
    "41": "河南",
    "42": "湖北",
    "43": "湖南",
    "44": "广东",
    "45": "广西",
    "46": "海南",
    "50": "重庆",
    "51": "四川",
    "52": "贵州",
    "53": "云南",
    "54": "西藏",
    "61": "陕西",
    "62": "甘肃",
    "63": "青海",
    "64": "宁夏",
    "65": "新疆",
    "71": "台湾",
    "81": "香港",
    "82": "澳门",
}
"""Names of the provinces by the first two digits of the code (GB/T 2260)."""

_ENGLISH = {
    "beijing": "北京",
    "tianjin": "天津",
    "hebei": "河北",
    "shanxi": "山西",
    "inner mongolia": "内蒙古",
    "liaoning": "辽宁",
    "jilin": "吉林",
    "heilongjiang": "黑龙江",
    "shanghai": "上海",
    "jiangsu": "江苏",
    "zhejiang": "浙江",
    "anhui": "安徽",
    "fujian": "福建",
    "jiangxi": "江西",
    "shandong": "山东",
    "henan": "河南",
    "hubei": "湖北",
    "hunan": "湖南",
    "guangdong": "广东",
    "guangxi": "广西",
    "hainan": "海南",
    "chongqing": "重庆",
    "sichuan": "四川",
    "guizhou": "贵州",
    "yunnan": "云南",
    "tibet": "西藏",
    "shaanxi": "陕西",
    "gansu": "甘肃",
    "qinghai": "青海",
    "ningxia": "宁夏",
    "xinjiang": "新疆",
    "taiwan": "台湾",
    "hong kong": "香港",
    "macao": "澳门",
}
_AT_START = re.compile(rf"(?:中国|中华人民共和国)?\s*({'|'.join(PROVINCES.values())})")
_CODE = re.compile(r"(?<!\d)(\d{2})(?:0000)?(?!\d)")


@lru_cache(maxsize=1024)
def read_province(cell: str) -> str | None:
    """Read the first province of a cell: 天津;12, 江苏(32), 120000, 天津市, Tianjin, CN-12."""
    text = nfkc(cell).strip()
    if not text:
        return None
    for part in re.split(r"[;；|,，、\n]", text):
        if match := _AT_START.match(part.strip()):
            return match[1]
    for name in PROVINCES.values():
        if name in text:
            return name
    lowered = text.lower()
    for english, chinese in _ENGLISH.items():
        if re.search(rf"\b{english}\b", lowered):
            return chinese
    code = _CODE.search(text)
    return PROVINCES.get(code[1]) if code else None


@lru_cache(maxsize=1024)
def province_of_address(address: str) -> str | None:
    """Read the province at the beginning of an address, behind its post code; None without one."""
    text = nfkc(address).strip()
    if not text:
        return None
    first = re.split(r"[;；|\n]", text, maxsplit=1)[0]
    match = _AT_START.match(re.sub(r"^[\s\d-]+", "", first))
    return match[1] if match else None
