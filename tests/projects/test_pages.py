"""The projects as a list to read."""

import pytest
from django.db import IntegrityError

from projects.models import Project
from projects.services import index_projects
from support.models import Branch, Level, Measure, QualityCard
from support.search import search


@pytest.fixture
def project(db) -> Project:
    branch = Branch.objects.create(slug="haara", name="Haara", summary="", order=0)
    measure = Measure.objects.create(
        slug="lukutuokio", name="Lukutuokio joka päivä", branch=branch, order=0,
        level=Level.ARRANGEMENT, setup_minutes=10, who="", pictogram="1F4D6", teacher_steps=[],
    )  # fmt: skip
    card = QualityCard.objects.create(
        slug="luku", title="Lukutaito joka aineessa", order=0, summary="", level=Level.ARRANGEMENT,
        minutes=10, pictogram="1F4D6", shows=[], questions=[],
    )  # fmt: skip
    made = Project.objects.create(
        slug="lukutsemppi", name="Lukutsemppi", slogan="Lukeminen kuuluu joka päivään.", order=1,
        phase=Project.Phase.TRIAL, years="2021–2023", pictogram="1F4D6",
        goal="Jokainen lukee **joka päivä**.", actions=["Luetaan <ääneen>."], signs=["Luetaan."],
    )  # fmt: skip
    made.measures.add(measure)
    made.cards.add(card)
    return made


def test_the_list_leads_to_each_project(client, project):
    page = client.get("/hankkeet/").content.decode()

    assert 'href="/hankkeet/lukutsemppi/"' in page
    assert "toteutus ja kokeilu" in page


def test_a_project_tells_its_aim_and_leads_to_its_measures_and_cards(client, project):
    page = client.get("/hankkeet/lukutsemppi/").content.decode()

    assert "<strong>joka päivä</strong>" in page
    assert "Luetaan &lt;ääneen&gt;." in page
    assert 'href="/tukipuu/lukutuokio/"' in page
    assert 'href="/laatukortit/luku/"' in page


def test_a_project_that_is_not_there_is_not_found(client, db):
    assert client.get("/hankkeet/olematon/").status_code == 404


def test_before_anything_is_loaded_the_list_says_so(client, db):
    assert "Sisältöä ei ole vielä ladattu" in client.get("/hankkeet/").content.decode()


def test_the_search_finds_a_project_by_what_is_done_in_it(project):
    index_projects()

    assert [one.path for one in search("ääneen lukemista")] == ["/hankkeet/lukutsemppi/"]


def test_ten_projects_cost_no_more_statements_than_one(client, project, assert_flat):
    def grow():
        for n in range(10):
            Project.objects.create(
                slug=f"p{n}", name="Hanke", order=n, phase="trial", actions=[], signs=[],
                pictogram="1F4D6",
            )  # fmt: skip

    assert_flat(lambda: client.get("/hankkeet/"), grow=grow)


def test_the_phase_is_one_of_the_known_ones(project):
    with pytest.raises(IntegrityError):
        Project.objects.update(phase="muu")
