"""Language models: one protocol, budgets, kept answers, prompts as files, and a judge that can only point at evidence."""

from mmmem.chat.budget import Budget, BudgetError, Spent
from mmmem.chat.cached import CachedChat
from mmmem.chat.judging import Judgement, judge
from mmmem.chat.local_chat import LocalChat
from mmmem.chat.messages import ChatModel, Completion, ImagePart, Message, TextPart
from mmmem.chat.openai_chat import OpenAIChat, Prices
from mmmem.chat.opening import open_chat
from mmmem.chat.phrasing import Phrased, phrase_answer
from mmmem.chat.planning import Planned, SearchPlan, plan_question
from mmmem.chat.prompting import Prompt, prompt, prompt_names, quoted, quoted_lines

__all__ = [
    "Budget",
    "BudgetError",
    "CachedChat",
    "ChatModel",
    "Completion",
    "ImagePart",
    "Judgement",
    "LocalChat",
    "Message",
    "OpenAIChat",
    "Phrased",
    "Planned",
    "Prices",
    "Prompt",
    "SearchPlan",
    "Spent",
    "TextPart",
    "judge",
    "open_chat",
    "phrase_answer",
    "plan_question",
    "prompt",
    "prompt_names",
    "quoted",
    "quoted_lines",
]
