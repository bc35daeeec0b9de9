"""One good file of each kind."""

from __future__ import annotations

AREAS = """code,name,parent_code,kind,area_type
3301,Example City,33,city,city
33,Example Province,,province,
330101,Example Feeder,3301,line,rural
"""
CUSTOMERS = """customer_no,name,kind,trade_mode,relation,address,email,lang,sensitive
C1,张三,person,individual,current,示例路1号,zhang@example.org,zh-CN,medical;elderly
C2,Example Works,organization,large,current,,,en,
"""
ACCOUNTS = """account_no,customer_no,address,area_code,user_class,tariff,prepay,status,relay,phones
0010000001,C1,示例路1号,330101,residential,,post,active,closed,+8613800000001;+861000000002
0010000002,C2,2 Example Road,3301,industrial,,post,suspended_arrears,open,
"""
BILLS = """account_no,month,kwh,amount_yuan,paid_yuan,issued_on,due_on
0010000001,2026-09,160.5,86.50,0,2026-10-01,2026-10-20
0010000001,2026-10,100,50,50.00,2026-11-01,2026-11-20
"""
OUTAGES = """outage_no,kind,area_codes,cause,start_at,eta_at
O1,fault,3301;330101,storm,2026-11-22T08:00,2026-11-22T04:00+00:00
"""
AGENTS = """agent_no,name,role,modes,skills,team,phone
1001,李四,agent,phone;web,fault:3;en,A,+8613800000009
"""
CALENDAR = """date,is_workday,name
2027-02-06,1,make-up day
2027-02-08,false,
"""
KNOWLEDGE = """code,category,title_zh,body_zh,title_en,body_en
K1,bills,如何缴费,"第一行
第二行",How to pay,=1+1
"""
FILES = {
    "areas": AREAS,
    "customers": CUSTOMERS,
    "accounts": ACCOUNTS,
    "bills": BILLS,
    "outages": OUTAGES,
    "agents": AGENTS,
    "calendar": CALENDAR,
    "knowledge": KNOWLEDGE,
}
