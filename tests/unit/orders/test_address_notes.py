"""A door is told from what stands beside it: privacy suffixes, delivery times, lockers, chains of shops."""

from __future__ import annotations

import polars as pl
import pytest

from orderhealth_pipeline.orders.address.door import names_a_door

TEAM_OR_COMPANY = """
143团8连
三大队五小队
第三生产队
农八师143团12连
一四三团八连
8连
八连队
兵团第八师150团3营8连
第六师芳草湖农场3连
红旗村三小组
和平村第二村民小组
和平村5组
和平村竹笼子组
太平乡3村民组
八一农场五队
牧场二分场3队
前进村六社
第七生产队
三合村二队
王家屯3小队
4小组12号
张三家三组
5组
""".strip().splitlines()

DOOR_BESIDE_SOMETHING_ELSE = """
海风苑5栋 18点后送
海风苑5栋菜鸟驿站
文三路199号丰巢快递柜
文三路199号菜鸟驿站(3号店)
海风苑3-2-501 18:00后送
海风苑3栋2单元501[7839]
文三路478号[7839]
文三路478号转7839
海风苑12幢（转7839）
和平里5号楼丰巢
幸福里3-2-501菜鸟驿站
A座1103 工作日9-18点送
国际大厦(1301)
国际大厦1301(7839)
文三路199
3栋2门501
12号店铺
A区12号店面
海风苑 2栋 3天内送
丹桂里1309 6点后
3号楼B座 (转7839) 13812345678
北门5号门面房
5栋1单元 请3号送
5号楼(12月3号后送)
菜鸟驿站3号楼
永辉超市旁12号
12 Amber Street
驿站5栋
驿站18-3-502
#12
人民路158号 周六日送
云溪七街15#
学府街12号院3-501送货上门
18栋
18幢
18号楼
2026号
人民路18号点心店
8号柜台旁3楼
海风苑501室 密码1234#
学生公寓6号楼 快递放丰巢
3号厂房
海风苑五栋下午3点后送
文三路18-20号
中心大厦12楼 9:00-18:00
""".strip().splitlines()

ONLY_A_PRIVACY_SUFFIX = """
海风苑[7839]
海风苑【7839】
海风苑（转7839）
海风苑(7839)
海风苑［7839］
海风苑 [7839]
海风苑转7839
海风苑 ext 7839
海风苑(分机7839)
海风苑[转7839]
海风苑（请拨打13812345678转7839）
海风苑[13812345678-7839]
海风苑 13812345678转7839
海风苑(尾号7839)
海风苑〔7839〕
海风苑{7839}
海风苑菜鸟驿站（3号店）[7839]
海风苑18点后送[7839]
海风苑[783]
海风苑[783912]
""".strip().splitlines()

ONLY_A_DELIVERY_NOTE = """
海风苑 18点后送
文三路海风苑 18点后送
海风苑 18:00后送
海风苑 18：30以后送
海风苑9:00-18:00
海风苑 9-18点送
海风苑 晚上7点以后
海风苑下午6点半后送
海风苑18时后送
海风苑 6pm后
海风苑 周6送
海风苑周1至周5送
海风苑 12月3号送
海风苑 3号送
海风苑 5号之前送到
海风苑 11/12送
海风苑 2026-11-12送
海风苑 3天内送
海风苑 提前10分钟打电话
海风苑 打2次电话
海风苑 2件
海风苑 工作日9-18点
海风苑 9点到18点
海风苑 取件码3-2-8012
海风苑 门禁密码2580#
海风苑尾号1234
海风苑 24小时代收
海风苑 晚8-10点
海风苑8点前
海风苑 20号到
海风苑 备用电话13812345678
海风苑 QQ12345
海风苑 十八点后送
海风苑 晚间18点-20点
海风苑 18点～20点
海风苑 18:00—20:00
海风苑 早9点-晚6点
海风苑 1-2天到
海风苑 16:00 之后
海风苑 下午2-5点在家
海风苑 1号送
海风苑1号收货
海风苑 31日前到
海风苑 9am-6pm
海风苑 5kg
""".strip().splitlines()

ONLY_A_LOCKER_OR_STATION = """
海风苑丰巢快递柜2号柜
海风苑菜鸟驿站(3号店)
海风苑2号丰巢柜
海风苑丰巢B2柜
海风苑 丰巢 0123
海风苑快递柜12号格口
海风苑12号快递柜
海风苑自提柜A12
海风苑自提点3号
海风苑1号驿站
海风苑菜鸟驿站12号
海风苑妈妈驿站2店
海风苑快递超市3号店
海风苑兔喜生活 12号店
海风苑菜鸟驿站2号门店
海风苑蜂巢3号
海风苑速递易2号柜
海风苑云柜 05
海风苑门卫室2号
海风苑（信箱1901）
北京市5111信箱
海风苑豐巢快遞櫃2號櫃
海风苑丰巢快递柜2号柜18点后送
海风苑东门丰巢
沃尔玛2号店
海风苑京东自提点(5号)
海风苑 3号柜
海风苑丰巢二号柜
海风苑快递架12号
海风苑 不要放3号柜
海风苑近邻宝02柜
海风苑中通快递柜1号
海风苑菜鸟驿站-3号店
""".strip().splitlines()

NO_TEAM_OF_A_VILLAGE = """
三大队
交警三大队
143团
十里连营
大连
三连锁店
7天连锁酒店
新桥十字200米
""".strip().splitlines()


def names_door(street: str) -> bool | None:
    frame = pl.DataFrame({"street": [street]})
    verdict: bool | None = frame.select(names_a_door(pl.col("street"))).item()
    return verdict


@pytest.mark.parametrize("street", TEAM_OR_COMPANY)
def test_a_company_of_the_corps_or_a_team_of_villagers_is_as_far_as_a_courier_needs(street: str) -> None:
    assert names_door(street) is True


@pytest.mark.parametrize("street", DOOR_BESIDE_SOMETHING_ELSE)
def test_notes_lockers_and_suffixes_hide_no_door(street: str) -> None:
    assert names_door(street) is True


@pytest.mark.parametrize(
    "street",
    [*ONLY_A_PRIVACY_SUFFIX, *ONLY_A_DELIVERY_NOTE, *ONLY_A_LOCKER_OR_STATION, *NO_TEAM_OF_A_VILLAGE],
)
def test_the_numbers_of_suffixes_notes_lockers_and_shops_are_no_door(street: str) -> None:
    assert names_door(street) is False
