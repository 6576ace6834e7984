"""Language models: one protocol, budgets, kept answers, prompts as files, and a judge that can only point at evidence."""

from mmmem.chat.budget import Budget, BudgetError, Spent
from mmmem.chat.cached import CachedChat
from mmmem.chat.captioning import Captioned, caption_picture
from mmmem.chat.fact_reading import FactsRead, ReadFact, read_facts
from mmmem.chat.judging import Judgement, judge
from mmmem.chat.local_chat import LocalChat
from mmmem.chat.messages import ChatModel, Completion, ImagePart, Message, TextPart
from mmmem.chat.openai_chat import OpenAIChat, Prices, parse_prices
from mmmem.chat.opening import open_chat
from mmmem.chat.phrasing import Phrased, phrase_answer
from mmmem.chat.planning import Planned, SearchPlan, plan_question
from mmmem.chat.prompting import Prompt, prompt, prompt_names, quoted, quoted_lines
from mmmem.chat.summarising import Summarised, summarise

__all__ = [
    "Budget",
    "BudgetError",
    "CachedChat",
    "Captioned",
    "ChatModel",
    "Completion",
    "FactsRead",
    "ImagePart",
    "Judgement",
    "LocalChat",
    "Message",
    "OpenAIChat",
    "Phrased",
    "Planned",
    "Prices",
    "Prompt",
    "ReadFact",
    "SearchPlan",
    "Spent",
    "Summarised",
    "TextPart",
    "caption_picture",
    "judge",
    "open_chat",
    "parse_prices",
    "phrase_answer",
    "plan_question",
    "prompt",
    "prompt_names",
    "quoted",
    "quoted_lines",
    "read_facts",
    "summarise",
]
