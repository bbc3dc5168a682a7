"""What is said in talks with customers: a subject and a note for each occasion, Chinese and English.

Slots: {line} a product line, {n} a quantity, {month} the next month, {who} the person talked to,
{order} the number of their last order. An occasion's texts are equally likely.
"""

Text = tuple[str, str]

CHINESE: dict[str, tuple[Text, ...]] = {
    "first": (
        ("初次沟通：{line}需求", "了解到对方每月约需 {n} 件，目前有固定供应商，愿意先看样品。"),
        ("介绍公司与{line}产品", "已发送产品目录和公司资料，{who}说{month}再谈。"),
        ("寄送{line}样品", "样品已寄出，{who}收到后会安排试用。"),
        ("首单报价讨论", "对起订量 {n} 件没有异议，希望账期 30 天。"),
    ),
    "first_in": (
        ("咨询{line}", "从网站看到我们，问 {n} 件的价格和交期。"),
        ("索要{line}报价", "{who}希望本周收到报价，附规格书。"),
        ("询问能否看厂", "想在{month}安排一次参观，看过仓库再决定。"),
    ),
    "hello": (
        ("了解近期用量", "{month}预计用量与往年持平，约 {n} 件，库存够用三周。"),
        ("确认{month}采购计划", "{who}说计划已批，下周发订单。"),
        ("节前问候", "顺便提醒节前最后发货日期，对方会提前备货。"),
        ("同步订单 {order} 进度", "已告知发货安排，{who}表示没有问题。"),
        ("日常沟通", "聊到他们新开的门店，{line}可能要加量。"),
    ),
    "ask": (
        ("询问{line}库存", "需要 {n} 件，现货够，已答复当天可发。"),
        ("询问订单 {order} 到货时间", "查了物流，明天下午送到，{who}会安排收货。"),
        ("要求提供检测报告", "{line}的检测报告已发到邮箱。"),
        ("想调整送货时间", "改为上午送货，已与仓库确认。"),
        ("咨询新品", "对新款{line}感兴趣，想要 2 份样品。"),
    ),
    "quote": (
        ("{line}询价，{n} 件", "要含税到厂价，{month}用。已答应两天内报价。"),
        ("追加{line}订单", "在 {order} 的基础上再加 {n} 件，价格不变。"),
        ("比较两种规格的{line}", "更在意耐用，建议了加厚款，{who}要先内部讨论。"),
        ("要求定制{line}", "需要印自己的标志，首批 {n} 件，等打样确认。"),
    ),
    "offer": (
        ("推荐{line}", "介绍了与现有产品一起发货的优惠，{who}会考虑。"),
        ("跟进{line}报价", "报价已收到，觉得单价略高，{n} 件以上可以再谈。"),
        ("{month}促销说明", "说明了满 {n} 件的折扣，对方要问采购部。"),
        ("年度框架协议", "初步同意按年锁价，量在 {n} 件左右，待合同文本。"),
    ),
    "service_in": (
        ("发票信息更正", "抬头有误，已重开订单 {order} 的发票。"),
        ("补寄装箱单", "订单 {order} 缺装箱单，已扫描发送。"),
        ("询问退换流程", "已说明七天内可退，{who}自行填写退货单。"),
        ("使用方法咨询", "关于{line}的存放条件，已解释并发了说明。"),
    ),
    "service_out": (
        ("回复售后问题", "已答复{who}，问题解决，对方满意。"),
        ("确认订单 {order} 签收", "数量无误，包装完好。"),
        ("换货安排", "换货 {n} 件本周发出，运费由我方承担。"),
    ),
    "complain": (
        ("订单 {order} 送货太迟", "{who}很不满，说生产线等料，要求给出说明。"),
        ("{line}质量不稳定", "这一批有明显色差，已请对方拍照，转品质部。"),
        ("反映回复太慢", "说上周的邮件三天没人回，希望有固定联系人。"),
        ("数量短少", "订单 {order} 少 {n} 件，已查仓库，待补发。"),
        ("对涨价有意见", "认为{line}涨价没有提前通知，要求恢复原价。"),
    ),
    "doubt": (
        ("要求重新报价", "提到另一家便宜 8%，{who}说领导在比价。"),
        ("暂停{line}订单", "说{month}先不订，没有说明原因。"),
        ("询问合同终止条款", "口气比较冷淡，需要主管跟进。"),
    ),
    "cool": (
        ("了解订单减少的原因", "{who}只说在调整，没有细谈，感觉在用别家的{line}。"),
        ("联系未果", "打了两次没人接，留言请回电。"),
        ("说明整改措施", "解释了交货问题的改进，对方表示再看看。"),
    ),
    "winback": (
        ("回访流失客户", "{who}说目前由别家供货，价格合适时可以再谈。"),
        ("发送回归优惠", "首单九五折，含运费，等答复。"),
        ("了解流失原因", "主要是上次的交货问题，对产品本身没有意见。"),
    ),
    "visit_call": (
        ("电话回访", "没有未解决的问题，资料都已收到。"),
        ("电话回访：使用情况良好", "{who}对{line}满意，{month}会继续采购。"),
        ("电话回访：收集意见", "希望发货当天发短信通知，已记录。"),
        ("例行电话回访", "{line}还剩约 {n} 件，下周再看是否补货。"),
    ),
    "visit": (
        ("回访：使用情况良好", "{who}对{line}和送货都满意，{month}会继续采购。"),
        ("例行回访", "看了仓库，{line}存量约 {n} 件，建议下周补货。"),
        ("回访：收集意见", "希望外箱标签再大一点，已记录。"),
        ("客户拜访", "见了{who}，谈到{month}的新项目，可能需要{line}。"),
    ),
    "visit_low": (
        ("回访：对交货不满意", "{who}说近两次都晚到，要求以后提前一天通知。"),
        ("回访：存在不满", "对{line}的质量有保留，正在看别家的样品。"),
        ("例行回访", "气氛一般，问题集中在响应速度，答应一周内给改进方案。"),
    ),
    "event": (
        ("参加{month}新品发布会", "{who}到场，对{line}展台停留较久。"),
        ("展会见面", "在展台聊了 20 分钟，交换了{month}的计划。"),
        ("参加客户交流会", "{who}分享了使用经验，反响不错。"),
    ),
    "community": (
        ("在客户社区发帖", "分享了{line}的使用心得，有 {n} 次浏览。"),
        ("社区提问", "问{line}的搭配方法，已由产品经理回答。"),
    ),
    "social": (
        ("公众号留言", "对{line}的文章点赞并留言，已回复。"),
        ("转发我们的动态", "转发了新品消息。"),
    ),
    "programme": (
        ("推荐一位新客户", "{who}介绍了一家同行，已转给销售跟进。"),
        ("了解转介绍计划", "问推荐奖励的规则，已发说明。"),
    ),
    "newsletter": (
        ("{month}产品通讯", ""),
        ("新品与优惠：{line}", ""),
    ),
}  # fmt: skip

ENGLISH: dict[str, tuple[Text, ...]] = {
    "first": (
        ("First talk about {line}", "They use about {n} a month and have a supplier, but would look at samples."),
        ("Introduced the company and {line}", "Sent catalogue and profile; {who} wants to talk again in {month}."),
        ("Samples of {line} sent", "{who} will have them tried out when they arrive."),
        ("First order discussed", "Minimum of {n} is fine, they would like 30 days to pay."),
    ),
    "first_in": (
        ("Enquiry about {line}", "Found us on the web; asks for price and lead time for {n}."),
        ("Wants a quotation for {line}", "{who} needs it this week, with the specification."),
        ("Asks to see the warehouse", "Would like to visit in {month} before deciding."),
    ),
    "hello": (
        ("Asked about coming demand", "{month} looks like last year, about {n}; stock lasts three weeks."),
        ("Plan for {month} confirmed", "{who} has the budget approved and will order next week."),
        ("Greetings before the holidays", "Reminded them of the last shipping day; they will order early."),
        ("Told them where {order} is", "Shipping date is fine with {who}."),
        ("Catching up", "They are opening another site and may need more {line}."),
    ),
    "ask": (
        ("Is {line} in stock?", "Needs {n}; we have them and can ship today."),
        ("When will {order} arrive?", "Checked with the carrier: tomorrow afternoon. {who} will receive it."),
        ("Needs a test report", "Sent the report for {line} by e-mail."),
        ("Wants deliveries in the morning", "Agreed with the warehouse."),
        ("Asks about new products", "Interested in the new {line}, wants two samples."),
    ),
    "quote": (
        ("Enquiry: {n} of {line}", "For {month}, delivered and duty paid. Promised a quotation in two days."),
        ("More {line} on top of {order}", "Another {n} at the same price."),
        ("Comparing two grades of {line}", "Durability matters more; {who} will discuss the heavier one."),
        ("Custom {line} wanted", "With their logo, {n} to begin with, after a proof."),
    ),
    "offer": (
        ("Suggested {line}", "Explained the saving when shipped together; {who} will think about it."),
        ("Followed up the quotation for {line}", "A little dear, they say; above {n} we can talk."),
        ("Offer for {month}", "Told them of the discount from {n} up; purchasing has to decide."),
        ("Yearly agreement", "Would fix prices for about {n} a year; waiting for the contract text."),
    ),
    "service_in": (
        ("Invoice to be corrected", "Wrong address; issued the invoice of {order} again."),
        ("Packing list missing", "Sent a scan of the list for {order}."),
        ("How to send goods back", "Explained the seven days; {who} fills in the form."),
        ("Question about use", "How to store {line}: explained, and sent the sheet."),
    ),
    "service_out": (
        ("Answered the service question", "{who} is happy with the solution."),
        ("Receipt of {order} confirmed", "Quantities right, packaging intact."),
        ("Exchange arranged", "{n} pieces go out this week at our cost."),
    ),
    "complain": (
        ("{order} came too late", "{who} is annoyed: their line stood still. They want an explanation."),
        ("{line}: uneven quality", "Colours differ within one batch. Asked for photos, passed on to quality."),
        ("Nobody answers", "An e-mail waited three days; they want one person to talk to."),
        ("Pieces missing", "{order} was {n} short; warehouse checks, rest to follow."),
        ("Unhappy about the price", "The increase for {line} came without notice; they want the old price."),
    ),
    "doubt": (
        ("Wants a new quotation", "Somebody else is 8 % cheaper; {who} says the boss is comparing."),
        ("{line} orders on hold", "Nothing for {month}, no reason given."),
        ("Asks how to end the contract", "Rather cool; the team lead should call."),
    ),
    "cool": (
        ("Why are there fewer orders?", "{who} speaks of changes and says no more; they seem to buy {line} elsewhere."),
        ("Could not reach them", "Called twice, left a message."),
        ("Explained what we changed", "About deliveries; they will wait and see."),
    ),
    "winback": (
        ("Called a former customer", "{who} buys elsewhere now, would talk again if the price is right."),
        ("Offer to come back", "5 % off the first order, freight included. Waiting for an answer."),
        ("Asked why they left", "Mostly the late delivery; nothing against the goods."),
    ),
    "visit_call": (
        ("Return visit by phone", "Nothing unsolved, papers have all arrived."),
        ("Called: all well", "{who} is content with {line} and will go on buying in {month}."),
        ("Called for suggestions", "Would like a message on the day of shipping. Noted."),
        ("Regular call", "About {n} of {line} left; will see next week whether to reorder."),
    ),
    "visit": (
        ("Return visit: all well", "{who} is content with {line} and deliveries and will go on buying in {month}."),
        ("Regular return visit", "Saw the store: about {n} of {line} left, suggested to reorder next week."),
        ("Return visit: suggestions", "Would like larger labels on the cartons. Noted."),
        ("Visited the customer", "Met {who}; a project in {month} may need {line}."),
    ),
    "visit_low": (
        ("Return visit: deliveries criticised", "{who} says the last two came late and wants a day's notice."),
        ("Return visit: not happy", "Doubts about the quality of {line}; looking at other samples."),
        ("Regular return visit", "Lukewarm; it is our speed of answering. Promised a plan within a week."),
    ),
    "event": (
        ("Came to our product launch", "{who} spent a while at the {line} stand."),
        ("Met at a trade fair", "Twenty minutes at the stand, talked about plans for {month}."),
        ("Took part in the customer forum", "{who} told how they use {line}; well received."),
    ),
    "community": (
        ("Post in the customer community", "Wrote about using {line}; {n} people read it."),
        ("Question in the community", "About combining {line}; the product manager answered."),
    ),
    "social": (
        ("Comment on our page", "Liked the article about {line}; we answered."),
        ("Shared our post", "The one about new products."),
    ),
    "programme": (
        ("Recommended us", "{who} introduced another company; passed on to sales."),
        ("Asked about the referral programme", "Sent them how the reward works."),
    ),
    "newsletter": (
        ("Newsletter for {month}", ""),
        ("New in {line}", ""),
    ),
}  # fmt: skip

# What is promised in a talk, and what came of it.
CHINESE_TASKS: dict[str, tuple[Text, ...]] = {
    "quote": (
        ("发送{line}报价", "报价已发，等待确认。"),
        ("安排{line}打样", "样品已寄出。"),
        ("核对{line}价格", "价格已确认。"),
    ),
    "offer": (
        ("跟进{line}报价", "对方还在考虑。"),
        ("发送年度合同文本", "合同已发。"),
        ("确认{line}数量", "数量已定。"),
    ),
    "service": (("答复售后问题", "已解决。"), ("补发订单 {order} 的单据", "已补发。"), ("确认换货到货", "已签收。")),
    "complain": (
        ("向客户说明延误原因", "已致电道歉并说明。"),
        ("给出质量改进方案", "方案已发，客户接受。"),
        ("安排主管致电", "主管已沟通。"),
    ),
    "cool": (("请主管约见客户", "已见面，愿意再试一单。"), ("再次致电了解情况", "接通，仍在比价。")),
    "winback": (("{month}再联系一次", "暂无需求。"), ("发送回归优惠方案", "已发送。")),
    "other": (
        ("发送产品资料", "已发送。"),
        ("{month}再电话确认计划", "计划已确认。"),
        ("寄送{line}样品", "样品已寄。"),
        ("更新联系人信息", "已更新。"),
    ),
}
ENGLISH_TASKS: dict[str, tuple[Text, ...]] = {
    "quote": (
        ("Send the quotation for {line}", "Sent, waiting for their answer."),
        ("Have a proof of {line} made", "On its way."),
        ("Check the price of {line}", "Confirmed."),
    ),
    "offer": (
        ("Follow up the offer for {line}", "Still thinking about it."),
        ("Send the yearly contract", "Sent."),
        ("Agree on quantities of {line}", "Agreed."),
    ),
    "service": (
        ("Answer the service question", "Solved."),
        ("Send the papers of {order}", "Sent."),
        ("Check that the exchange arrived", "Received."),
    ),
    "complain": (
        ("Explain the delay to the customer", "Called and apologised."),
        ("Propose how quality will improve", "Sent and accepted."),
        ("Have the team lead call", "Done."),
    ),
    "cool": (
        ("Arrange a meeting with the team lead", "Met; they will try one more order."),
        ("Call again", "Reached them; still comparing."),
    ),
    "winback": (("Try again in {month}", "No need at present."), ("Send the offer to come back", "Sent.")),
    "other": (
        ("Send the product sheets", "Sent."),
        ("Call about the plan for {month}", "Plan confirmed."),
        ("Send samples of {line}", "Sent."),
        ("Update the contact's details", "Updated."),
    ),
}
# Planned visits, as they stand in the list of what is due.
VISITS = (
    ("定期回访", "定期回访：使用情况", "定期回访：了解下季计划"),
    ("Return visit", "Return visit: how it goes", "Return visit: plans for next quarter"),
)
IS_GONE = ("客户已停止采购，取消回访。", "They buy no more; no visit.")
NOT_NOW = ("客户改期，下次再约。", "They asked to put it off.")
MONTHS = (
    tuple(f"{month}月" for month in range(1, 13)),
    (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
)
