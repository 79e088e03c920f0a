//! When it is looked whether something has become free: behind the answers of the functions that book, move and cancel, where
//! they may have freed something. The others would be too large with the scheduling engine; what they free is left to `cron`,
//! like what was missed.

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::Method,
    middleware::{Next, from_fn},
    response::Response,
};

use super::offering::offer_due;
use crate::{app::App, host::Background, outbox};

/// Offers what has become free once the response is on its way, and tells of it.
pub fn offer_after(background: &Background, app: &App) {
    let app = app.clone();
    background.spawn(async move {
        // What fails is logged there, and stays noted.
        let Ok(1..) = offer_due(&app, None).await else { return };
        if let Err(error) = outbox::deliver_due(&app).await {
            tracing::error!(error = &error as &dyn std::error::Error, "the outbox could not be read");
        }
    });
}

/// Routes that do so behind whatever may have freed something.
pub fn looked_after(routes: Router<App>) -> Router<App> {
    routes.layer(from_fn(look_after_changes))
}

async fn look_after_changes(request: Request, next: Next) -> Response {
    let app = request.extensions().get::<App>().cloned();
    let background = request.extensions().get::<Background>().cloned();
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let background = background.filter(|_| may_free_time(request.method(), route));
    let response = next.run(request).await;
    if let Some((app, background)) = app.zip(background)
        && response.status().is_success()
    {
        offer_after(&background, &app);
    }
    response
}

fn may_free_time(method: &Method, route: &str) -> bool {
    // Booking looks itself, if it leaves anything for what is booked.
    !method.is_safe() && (method, route) != (&Method::POST, "/api/businesses/{business}/appointments")
}
