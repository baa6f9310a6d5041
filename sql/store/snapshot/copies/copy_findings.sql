-- Of what a person said the reason is masked, and an address left out.
insert into snapshot.findings by name
select
    * replace (
        case
            when
                explained_by in ('snoozed', 'allow_listed', 'false_alarm')
                and json_exists(evidence, '$.exception')
            then
                json_merge_patch(
                    evidence,
                    json_object(
                        'exception',
                        json_object(
                            'why',
                            masked_text(plain_text(evidence ->> '$.exception.why')),
                            'address_key',
                            null
                        )
                    )
                )
            else evidence
        end as evidence
    )
from main.findings
