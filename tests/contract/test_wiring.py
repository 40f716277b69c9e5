"""Nothing hangs loose: every queue, topic, trigger, schedule and stream has its other end, its dead letters and its alarm."""

import json
from typing import Any

from chalicelib.contracts.feedback_events import CONSUMES, Consumer
from tests.contract.packaged import Packaged, listed, target

FOURTEEN_DAYS = 14 * 24 * 3600
# Our own functions write to it by their roles, no topic does.
OF_FUNCTIONS = {"Uploads"}


def _dead(packaged: Packaged) -> set[str]:
    return {name for name in packaged.queues if name.endswith("Dead")}


def _sources(packaged: Packaged) -> dict[str, Any]:
    """Event source mappings by the queue or table they read."""
    mappings = packaged.of_type("AWS::Lambda::EventSourceMapping").values()
    return {target(mapping["EventSourceArn"]): mapping for mapping in mappings}


def test_every_queue_has_a_consumer_that_reports_single_failures(packaged: Packaged) -> None:
    sources = _sources(packaged)
    for queue in set(packaged.queues) - _dead(packaged):
        assert sources[queue]["FunctionResponseTypes"] == ["ReportBatchItemFailures"], queue


def test_every_queue_has_dead_letters_after_four_attempts_and_alarms_on_age_and_dead_letters(
    packaged: Packaged,
) -> None:
    old, filled = (
        packaged.alarms_on("ApproximateAgeOfOldestMessage"),
        packaged.alarms_on("ApproximateNumberOfMessagesVisible"),
    )
    for name in set(packaged.queues) - _dead(packaged):
        redrive = packaged.queues[name]["RedrivePolicy"]
        assert redrive["maxReceiveCount"] == 4, name
        assert target(redrive["deadLetterTargetArn"]) == f"{name}Dead"
        assert name in old
        assert f"{name}Dead" in filled


def test_every_dead_letter_waits_fourteen_days_and_is_alarmed_at_once(packaged: Packaged) -> None:
    filled = packaged.alarms_on("ApproximateNumberOfMessagesVisible")
    for name in _dead(packaged):
        assert packaged.queues[name]["MessageRetentionPeriod"] == FOURTEEN_DAYS, name
        alarm = filled[name]
        assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Period"]) == (0, 1, 60), name


def test_a_message_stays_hidden_six_times_as_long_as_its_consumer_may_run(packaged: Packaged) -> None:
    for queue, source in _sources(packaged).items():
        if queue in packaged.queues:
            timeout = packaged.functions[target(source["FunctionName"])]["Timeout"]
            assert packaged.queues[queue]["VisibilityTimeout"] >= 6 * timeout, queue


def test_every_queue_is_encrypted(packaged: Packaged) -> None:
    assert all(queue["SqsManagedSseEnabled"] is True for queue in packaged.queues.values())


def test_only_our_topics_may_write_to_a_queue(packaged: Packaged) -> None:
    for policy in packaged.of_type("AWS::SQS::QueuePolicy").values():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
            assert listed(statement["Action"]) == ["sqs:SendMessage"]
            topic = "MailEvents" if target(policy["Queues"][0]) == "Bounces" else "FeedbackEvents"
            assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": {"Ref": topic}}}


def test_every_subscription_of_a_queue_is_raw_filtered_permitted_and_has_dead_letters(packaged: Packaged) -> None:
    permitted = {
        target(resource)
        for policy in packaged.of_type("AWS::SQS::QueuePolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        for resource in statement["Resource"]
    }
    queues = [one for one in packaged.of_type("AWS::SNS::Subscription").values() if one["Protocol"] == "sqs"]
    assert {target(one["Endpoint"]) for one in queues} == set(packaged.queues) - _dead(packaged) - OF_FUNCTIONS
    for one in queues:
        assert one["RawMessageDelivery"] is True
        # All that SES says is for the one queue.
        filtered = [] if target(one["TopicArn"]) == "MailEvents" else ["type"]
        assert list(one.get("FilterPolicy", {})) == filtered
        assert {target(one["Endpoint"]), target(one["RedrivePolicy"]["deadLetterTargetArn"])} <= permitted


def test_every_queue_gets_exactly_the_events_that_its_consumer_handles(packaged: Packaged) -> None:
    filtered = {
        target(one["Endpoint"]): set(one["FilterPolicy"]["type"])
        for one in packaged.of_type("AWS::SNS::Subscription").values()
        if one["Protocol"] == "sqs" and target(one["TopicArn"]) == "FeedbackEvents"
    }
    assert filtered == {
        queue: {kind.value for kind in CONSUMES[consumer]}
        for queue, consumer in (
            ("Routing", Consumer.ROUTING),
            ("AgencyNotices", Consumer.AGENCIES),
            ("CitizenNotices", Consumer.CITIZENS),
        )
    }


def test_every_topic_has_a_policy_that_lets_nobody_but_our_account_alarms_and_mail_publish(packaged: Packaged) -> None:
    policies = packaged.of_type("AWS::SNS::TopicPolicy").values()
    guarded = {target(topic) for policy in policies for topic in policy["Topics"]}
    assert guarded == set(packaged.of_type("AWS::SNS::Topic"))
    for policy in policies:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert statement["Action"] == "sns:Publish"
            if "AWS" in statement["Principal"]:
                assert statement["Principal"]["AWS"] == {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
                continue
            topic = target(policy["Topics"][0])
            services = {"Operators": "cloudwatch.amazonaws.com", "MailEvents": "ses.amazonaws.com"}
            assert statement["Principal"] == {"Service": services[topic]}
            assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
            if topic == "MailEvents":
                source = statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"]
                assert source.endswith(":configuration-set/${AWS::StackName}")


def test_mail_is_sent_under_the_set_whose_bounces_come_to_us(packaged: Packaged) -> None:
    resources = packaged.plain["Resources"]
    names, destination = resources["MailEventsSet"], resources["MailEventsDestination"]
    assert (names["Condition"], destination["Condition"]) == ("OverTheNetwork", "OverTheNetwork")
    assert names["Properties"]["Name"] == {"Ref": "AWS::StackName"}
    told = destination["Properties"]["EventDestination"]
    assert (told["Enabled"], set(told["MatchingEventTypes"])) == (True, {"bounce", "complaint"})
    assert told["SnsDestination"] == {"TopicARN": {"Ref": "MailEvents"}}
    for function in packaged.functions.values():
        given = function["Environment"]["Variables"]["MAIL_EVENTS"]
        assert given == {"Fn::If": ["OverTheNetwork", {"Ref": "AWS::StackName"}, ""]}


def test_every_trigger_of_a_pool_may_be_invoked_by_that_pool_alone(packaged: Packaged) -> None:
    permissions = packaged.of_type("AWS::Lambda::Permission").values()
    allowed = {
        (target(one["SourceArn"]), target(one["FunctionName"]))
        for one in permissions
        if one["Principal"] == "cognito-idp.amazonaws.com" and one["Action"] == "lambda:InvokeFunction"
    }
    triggers = {
        (pool, target(function))
        for pool, properties in packaged.of_type("AWS::Cognito::UserPool").items()
        for function in properties.get("LambdaConfig", {}).values()
    }
    assert triggers
    assert triggers == allowed


def test_every_schedule_has_an_alarm_on_its_missing_heartbeat(packaged: Packaged) -> None:
    rules = [rule for rule in packaged.of_type("AWS::Events::Rule").values() if "ScheduleExpression" in rule]
    scheduled = {target(one["Arn"]) for rule in rules for one in rule["Targets"]}
    assert scheduled
    alarms = {alarm.get("MetricName"): alarm for alarm in packaged.alarms.values()}
    for function in scheduled:
        alarm = alarms[f"{function}Heartbeat"]
        assert (alarm["TreatMissingData"], alarm["ComparisonOperator"]) == ("breaching", "LessThanThreshold")


def test_every_function_that_nobody_waits_for_keeps_its_failures(packaged: Packaged) -> None:
    rules = packaged.of_type("AWS::Events::Rule").values()
    configured = packaged.of_type("AWS::Lambda::EventInvokeConfig").values()
    kept = {
        target(one["FunctionName"]): target(one["DestinationConfig"]["OnFailure"]["Destination"]) for one in configured
    }
    for function in {target(one["Arn"]) for rule in rules for one in rule["Targets"]}:
        assert kept[function] in _dead(packaged), function


def test_the_relay_reads_changes_of_heads_from_the_beginning_and_keeps_what_it_gives_up(packaged: Packaged) -> None:
    source = _sources(packaged)["Cases"]
    assert source["StartingPosition"] == "TRIM_HORIZON"
    assert source["BisectBatchOnFunctionError"] is True
    assert source["MaximumRetryAttempts"] > 0
    # The relay reports where it stopped; unreported, the rest of the batch would count as done.
    assert "FunctionResponseTypes" not in source, "the relay raises, which the embedded stack heeds too"
    assert target(source["DestinationConfig"]["OnFailure"]["Destination"]) == "RelayDead"
    pattern = json.loads(source["FilterCriteria"]["Filters"][0]["Pattern"])
    assert pattern["dynamodb"] == {"Keys": {"part": {"S": ["head"]}}}
    assert packaged.of_type("AWS::DynamoDB::Table")["Cases"]["StreamSpecification"] == {
        "StreamViewType": "NEW_AND_OLD_IMAGES"
    }


def test_every_function_has_alarms_on_errors_and_throttles(packaged: Packaged) -> None:
    assert set(packaged.alarms_on("Errors")) == set(packaged.functions)
    assert set(packaged.alarms_on("Throttles")) == set(packaged.functions)


def test_every_alarm_tells_the_operators_and_says_what_silence_means(packaged: Packaged) -> None:
    for name, alarm in packaged.alarms.items():
        assert alarm["AlarmActions"] == [{"Ref": "Operators"}], name
        assert alarm["TreatMissingData"] in ("notBreaching", "breaching"), name
        assert "docs/operating.md" in alarm["AlarmDescription"], name
