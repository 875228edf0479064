"""Tables that a phone shows as cards, and a screen reader still as tables."""

from django.template import Context, Template

HEAD = (
    '<thead><tr><th scope="col">Ryhmä</th><th scope="col" class="number">Tunteja</th></tr></thead>'
)


def shown(body: str, kind: str = "", head: str = HEAD, **context: str) -> str:
    source = f'{{% table caption="Ryhmät" kind="{kind}" %}}{head}{body}{{% endtable %}}'
    return Template(source).render(Context(context))


def test_each_cell_knows_the_name_of_its_column():
    html = shown(
        '<tbody><tr><th scope="row">7C</th><td class="number">27</td></tr>'
        '<tr><th scope="row">8A</th><td class="number">3</td></tr></tbody>'
    )

    assert html.count('<td class="number" role="cell" data-label="Tunteja"><div>') == 2
    assert html.count('role="rowheader"') == 2
    assert html.count('role="columnheader"') == 2
    assert html.count('role="row"') == 3
    assert html.count('role="rowgroup"') == 2
    assert 'role="table"' in html


def test_a_header_with_markup_or_quotes_becomes_plain_words():
    head = '<thead><tr><th scope="col"><b>"Nyt"\n &amp; {{ then }}</b></th></tr></thead>'

    html = shown("<tbody><tr><td>1</td></tr></tbody>", head=head, then='<i title="x">')

    label = "&quot;Nyt&quot; &amp; &lt;i title=&quot;x&quot;&gt;"
    assert f'data-label="{label}"' in html


def test_a_wide_cell_counts_as_many_columns_as_it_covers():
    head = "<thead><tr><th>A</th><th>B</th><th>C</th></tr></thead>"

    html = shown('<tbody><tr><td colspan="2">x</td><td>y</td></tr></tbody>', head=head)

    assert 'data-label="C"><div>y' in html


def test_an_empty_cell_stays_empty_so_that_the_card_leaves_it_out():
    html = shown('<tbody><tr><th scope="row">7C</th><td></td></tr></tbody>')

    assert 'data-label="Tunteja"></td>' in html


def test_what_a_person_wrote_is_still_escaped():
    html = shown("<tbody><tr><td>{{ name }}</td></tr></tbody>", name="<script>x</script></td>")

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_matrix_is_left_a_grid():
    html = shown("<tbody><tr><td>1</td></tr></tbody>", kind="matrix")

    assert "data-label" not in html
    assert "table-cards" not in html
