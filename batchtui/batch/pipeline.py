"""What we add to the SDK's pipeline."""

from azure.core.exceptions import ResponseNotReadError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest


class ReadErrorsPolicy(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Reads the body of an error that is streamed, before the SDK raises it without its message."""

    async def send(
        self, request: PipelineRequest[HttpRequest]
    ) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        """Send it on, and read what comes back if it is an error."""
        response = await self.next.send(request)
        answer = response.http_response
        if answer.status_code >= 400:
            try:
                answer.content  # noqa: B018 - asks whether it was read
            except ResponseNotReadError:
                await answer.read()
        return response
