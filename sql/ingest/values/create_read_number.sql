-- What is larger than anybody sells, such as a barcode in the place of a price, is
-- none. `bare` is what read_bare gives.
create or replace temp macro read_number(bare, most) as
    case
        when
            is_number(bare) and abs(try_cast(bare as decimal(18, 4))) <= most
        then try_cast(bare as decimal(18, 4))
    end
