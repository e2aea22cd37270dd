"""What is kept of a text: the fields that a snapshot has for it, by whom it addresses."""

from auditor.base.snapshot import Comment, Intent, Post, Side
from auditor.language.minimise_text import comment_fields, post_fields

QUESTION = "Когда починят мост?"


def test_the_fields_of_a_text_are_fields_of_the_snapshot() -> None:
    """A citizen's intent and rule, the owner's sketch; of a body neither."""
    common = {"has_text", "has_words", "rules"}
    assert comment_fields(QUESTION, Side.CITIZEN).keys() == common | {"says", "rule", "has_five_words"}
    assert comment_fields(QUESTION, Side.OWNER).keys() == common | {"sketch"}
    assert comment_fields(QUESTION, Side.BODY).keys() == common
    assert comment_fields(QUESTION, Side.CITIZEN).keys() <= Comment.model_fields.keys()
    assert post_fields(QUESTION).keys() <= Post.model_fields.keys()


def test_a_question_to_another_citizen_asks_the_holder_nothing() -> None:
    """Whom a mention at its beginning addresses decides it, and not the words."""
    assert comment_fields(QUESTION, Side.CITIZEN)["says"] is Intent.ASKS
    assert comment_fields(QUESTION, Side.CITIZEN, addressed=Side.CITIZEN)["says"] is Intent.NOT
