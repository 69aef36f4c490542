"""Model servers that speak OpenAI's chat API: vLLM, llama.cpp, LiteLLM, LM Studio and many more."""
