create or replace temp macro four_digit_year(instant) as
    case
        when
            instant
            between timestamptz '0001-01-02 00:00:00+00'
            and timestamptz '9999-12-30 00:00:00+00'
        then instant
    end
