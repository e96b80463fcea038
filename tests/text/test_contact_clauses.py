import pytest

from matcher.text.contact_clauses import (
    ClearedText,
    clear_contacts,
    is_contact_line,
    is_personal_label,
    person_names,
)

PHONE, EMAIL = "13900000000", "jia@sample.example"


@pytest.mark.parametrize(
    "line",
    [
        "联系人 样例甲",
        "单位地址：天津市样例路1号",
        "项目负责人：样例甲",
        "有需要请联系王经理 13900000000，谢谢",
        "王经理，手机13900000000，邮箱jia@sample.example",
        "样例甲 13900000000",
        "E-mail: jia@sample.example",
    ],
)
def test_a_line_of_a_person_an_address_or_contact_data_is_a_contact_line(line: str) -> None:
    assert is_contact_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "手机：散热膜",
        "负责人很关心成本，希望降低30%",
        "微信小程序开发",
        "传真机滚筒的磨损",
        "急需耐高温隔膜，13900000000",
        "手机散热膜 13900000000",
        "现有隔膜收缩严重，可来电 13900000000 详谈，手机散热膜也需要。",
        "",
    ],
)
def test_a_line_that_states_a_need_is_no_contact_line(line: str) -> None:
    assert not is_contact_line(line)


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        (f"现有隔膜收缩严重。联系人张三 {PHONE} 微信同号", "现有隔膜收缩严重。"),
        (f"现有隔膜收缩严重，联系人：张三，电话：{PHONE}", "现有隔膜收缩严重"),
        (f"现有隔膜收缩严重联系人张三{PHONE}", "现有隔膜收缩严重"),
        (f"隔膜收缩（联系人：张三，{PHONE}）。需改善", "隔膜收缩。需改善"),
        (f"隔膜收缩，{PHONE}（王经理）", "隔膜收缩"),
        (f"厚度25μm；联系人：张三；电话：{PHONE}；交期3个月", "厚度25μm；交期3个月"),
        (f"急需耐高温隔膜，请与张三联系，电话{PHONE}", "急需耐高温隔膜"),
        (f"高温施工难题，联系人高工 {PHONE}", "高温施工难题"),
        (f"隔膜收缩。\n聯繫人：張三 電話：{PHONE}", "隔膜收缩。"),
        (f"隔膜收缩。\n联 系 人：张三   联 系 电 话：{PHONE}", "隔膜收缩。"),
        ("隔膜收缩。\n填表人 张三\n对接人：李四", "隔膜收缩。"),
        ("隔膜收缩。\n地址：天津市滨海新区样例路8号  邮编：300000", "隔膜收缩。"),
        ("隔膜收缩，加微信 sample_01 详谈", "隔膜收缩"),
        (f"A stable separator. Contact Li Si, {PHONE}.", "A stable separator."),
        (f"我们和王经理 {PHONE} 谈过隔膜的收缩问题", "我们和… 谈过隔膜的收缩问题"),
        (f"样例膜已寄给张三（{PHONE}），厚度25微米", "样例膜已寄给…，厚度25微米"),
        (f"高温膜 {PHONE}", "高温膜 …"),
        ("联系人张三。", ""),
        ("隔膜收缩，联系人为张三，欢迎来电", "隔膜收缩"),
        ("50万元 联系人张三", "50万元"),
        ("隔膜收缩。\n联系人\n张小三", "隔膜收缩。"),
        ("隔膜收缩。\n地址：\n天津市样例区样例路1号", "隔膜收缩。"),
        ("隔膜收缩。\n填表人：张 三　填表日期：2026年3月1日", "隔膜收缩。"),
        ("隔膜收缩。\n项目负责人：张三（总工程师）", "隔膜收缩。"),
        ("隔膜收缩。\n**联系人**：张三", "隔膜收缩。"),
        ("隔膜收缩。\n| 联系人 | 张三 |", "隔膜收缩。"),
        (f"隔膜收缩。\n【联系人】张三【电话】{PHONE}", "隔膜收缩。"),
        (f"隔膜收缩。联系人——张三——{PHONE}", "隔膜收缩。"),
        (f"隔膜收缩。请与我司张建三联系，电话{PHONE}", "隔膜收缩。请与我司…联系"),
        ("隔膜收缩。研发总监张建三提出改善", "隔膜收缩。研发总监…提出改善"),
        (f"隔膜收缩。\n技术部 张三 经理 {PHONE}", "隔膜收缩。"),
        ("隔膜收缩。\n经办：张三 审核：李四 批准：王五", "隔膜收缩。"),
        ("隔膜收缩。\n项目组成员：张三、李四、王五", "隔膜收缩。"),
        ("隔膜收缩。\n张三\n2026年3月1日", "隔膜收缩。"),
        (f"隔膜收缩。\n张三\n{PHONE}\n天津市样例区样例路1号", "隔膜收缩。"),
        (f"隔膜收缩。{PHONE} 天津市样例区样例路1号", "隔膜收缩。"),
        ("坐落于天津市样例区样例路1号院内，隔膜收缩", "坐落于…，隔膜收缩"),
        ("隔膜收缩。\n联 系 人\n张 三", "隔膜收缩。"),
        ("隔膜收缩。\n联系人（张三）\n（签字）张三", "隔膜收缩。"),
        (
            "隔膜收缩。由张三负责对接，可联系公司技术部李四",
            "隔膜收缩。由…负责对接，可联系公司技术部…",
        ),
        ("隔膜收缩。\n姓名：张三 性别：男 职称：高级工程师", "隔膜收缩。"),
        ("隔膜收缩。\nAddress: 1 Sample Road, Tianjin", "隔膜收缩。"),
        ("隔膜收缩，微信搜索sample_sep", "隔膜收缩，微信搜索…"),
        (f"隔膜收缩。时间13:00:00 {PHONE}", "隔膜收缩。时间13:00:00 …"),
    ],
)
def test_contact_data_leaves_a_text_and_the_need_stays(text: str, cleared: str) -> None:
    assert clear_contacts(text).text == cleared
    assert clear_contacts(text).taken
    assert clear_contacts(cleared).text == cleared


@pytest.mark.parametrize(
    "text",
    [
        "需要电话交换机的程控板",
        "开发联系人管理系统，支持1000并发",
        "公司联系人员管理混乱，需要系统",
        "零件号13800000000的轴承",
        "循环13800000000次后容量保持80%",
        "投资13800000000元",
        "参照CN113800000A和CN13800000000",
        "通信地址：1-247，波特率9600",
        "IP地址：192.168.1.1",
        "邮箱系统的垃圾邮件过滤",
        "负责人很关心成本，希望降低30%",
        "请于2026年12月前联系我司",
        "地址译码电路：地址总线16位，数据总线8位",
        "厂址选择：河道旁，噪声低于55dB",
        "总经理：对隔膜要求严格",
        "审核：方法、批准：方案",
        "对所述数字资产签名解密，得到信息",
        "项目组成员：5人",
        "石墨\n2026年3月1日前交付",
        "手机\n散热膜",
    ],
)
def test_technical_text_stays(text: str) -> None:
    assert clear_contacts(text) == ClearedText(text, ())


@pytest.mark.parametrize("word", ["联系人", "电话", "地址：", "王经理，", "(022)", "a"])
def test_of_a_line_without_end_only_the_numbers_are_masked(word: str) -> None:
    text = "隔膜" + word.strip("，") * 2000
    cleared = clear_contacts(f"{text}需要{PHONE}的替代")
    assert PHONE not in cleared.text
    assert cleared.text.startswith(text[:2000])


@pytest.mark.parametrize(
    ("text", "cleared"),
    [
        ("请找张三经理，隔膜收缩", "请找…，隔膜收缩"),
        ("隔膜收缩。联系李工", "隔膜收缩。联系…"),
        ("隔膜收缩，由我司李工负责", "隔膜收缩，由我司…负责"),
        ("负责人王某某牵头", "负责人…牵头"),
        ("與樣例大學歐陽教授合作過", "與樣例大學…合作過"),
        ("赵厂长认为烧结温度过高", "…认为烧结温度过高"),
        ("班长王样例反映设备卡死", "班长…反映设备卡死"),
        ("王样例（总工程师）提出降低膜厚", "…（总工程师）提出降低膜厚"),
        ("团队成员有张三、李四和王五", "团队成员有…"),
        ("我叫王样例，做隔膜", "我叫…，做隔膜"),
        ("我是样例公司研发部的王样例，做隔膜", "我是样例公司研发部的…，做隔膜"),
        ("王总非常着急", "…非常着急"),
        ("与样例大学李四教授共同研发", "与样例大学…共同研发"),
        ("由张三、李四负责", "由…负责"),
        ("车间主任张建三做过退火试验", "车间主任…做过退火试验"),
        ("隔膜收缩。项目联系：张三 教授级高工", "隔膜收缩。"),
        ("现场联系人是车间的老王", "现场联系人是车间的…"),
        ("请@张三 对接", "请@… 对接"),
        ("张三，男，1980年生", "…，男，1980年生"),
        (f"隔膜收缩，联系人张三（{PHONE}，微信同号）或李四 13900000001", "隔膜收缩"),
        ("隔膜收缩。法人张三身份证号120101199003070000", "隔膜收缩。"),
        ("隔膜收缩。账号：6222020000000000000 户名：张三", "隔膜收缩。"),
        (f"call Li Si on {PHONE}", "call …"),
        (f"shrinks\nBest regards,\nLi Si\nHead of R&D\nTel {PHONE}", "shrinks\nBest regards,"),
        (f"发件人: 王样例 <{EMAIL}>\n隔膜收缩", "隔膜收缩"),
        (f"From: Li Si <{EMAIL}>\nshrinks", "shrinks"),
        ("联系人 Contact Person：Mr. Li Si 王样例\n隔膜收缩", "隔膜收缩"),
        (
            "隔膜收缩。\n\n王样例\n研发部经理\n样例隔膜有限公司\n天津市样例区样例路8号 300000\n"
            f"手机：{PHONE}",
            "隔膜收缩。\n\n样例隔膜有限公司",
        ),
        ("膜厚5μm（李工）", "膜厚5μm（…）"),
        ("王工、李工跟进", "…、…跟进"),
        ("Ask Mr. Li Si about the coating.", "Ask Mr. … about the coating."),
        ("Please contact Li Si for details", "Please contact … for details"),
        ("Our engineer Wang Wei proposed it.", "Our engineer … proposed it."),
    ],
)
def test_a_person_with_a_title_or_a_role_leaves_prose(text: str, cleared: str) -> None:
    assert clear_contacts(text).text == cleared
    assert clear_contacts(text).taken


@pytest.mark.parametrize(
    "text",
    [
        *("变速箱总成装配", "经理论计算强度不足", "主任务是提高温度", "高工作温度", "双工位"),
        *("由于总成本高", "与高校教授合作", "招聘博士毕业生", "教授级高工评审", "白老师傅配方"),
        *("整体-局部长程推理", "首先生成一个文件", "帮助理解基本原理", "路由专家张量", "施工总量"),
        *("钳工、车工、铣工短缺", "请联系电工", "车间主任反映", "和成因联系紧密", "水体总氮超标"),
        *("contact angle of Li", "Doctor Blade coating", "Contact Angle for water", "MR damper"),
        *("刷子李娟秀耐用", "王麻子剪刀"),
    ],
)
def test_words_beside_titles_stay(text: str) -> None:
    assert clear_contacts(text) == ClearedText(text, ())


def test_the_name_behind_a_label_comes_first() -> None:
    assert next(person_names([f"李经理 {PHONE}", "联系人：欧阳样例"])) == "欧阳样例"
    assert next(person_names(["联系人：张 三 日期 2026年3月1日"])) == "张三"
    assert list(person_names(["高温施工", "谢谢"])) == []


@pytest.mark.parametrize(
    "label",
    [
        *(
            "技术总监",
            "总工程师",
            "分管副总",
            "企业主要领导",
            "科技专员",
            "推荐人",
            "签发人",
            "填报",
        ),
        *("对接老师", "研发团队", "项目组成员", "QQ", "固定號碼", "分机", "出生年月", "办公地点"),
        *("单位住所", "联系 电话", "Contact_Person", "Tel"),
    ],
)
def test_labels_of_values_about_a_person(label: str) -> None:
    assert is_personal_label(label)


@pytest.mark.parametrize(
    "label", ["技术领域", "申请号", "研发投入", "企业类型", "telescope", "备注"]
)
def test_other_labels_are_not_personal(label: str) -> None:
    assert not is_personal_label(label)


def test_a_long_list_of_members_leaves_the_text_as_a_whole() -> None:
    names = "、".join(f"{surname}晓明" for surname in "王李张刘陈杨黄赵吴周徐孙朱胡郭何林罗郑梁")
    cleared = clear_contacts(f"项目成员：{names}。隔膜在高温下收缩。")
    assert cleared.text == "隔膜在高温下收缩。" and "晓明" not in cleared.text


@pytest.mark.parametrize("unit", ["张三、", "李工和", "我是", "与张三和李四"])
def test_a_text_of_nothing_but_names_is_read_to_its_end(unit: str) -> None:
    clear_contacts(unit * 3_000)  # with time that grew with its square this would take minutes
